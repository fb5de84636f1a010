//! What somebody is allowed for. Each includes those before it.

/// From looking to taking everything away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// `plan` and `drift` that leave out the layers `secrets` and `edge`, and so read no secret's value.
    Preview,
    /// `plan`, `drift`, and whatever else only looks.
    Plan,
    /// `apply` that leaves out the layers `secrets` and `edge`, as a pipeline does, `rollback` and `verify`: secrets are read to
    /// prove, and neither they nor the keys at the edge are written.
    Deploy,
    /// `apply`, `rollback`, `import`, `keys`, `seed`, `unlock`, and `verify`, which invokes functions; not to make or
    /// change the bootstrap stack.
    Apply,
    /// `bootstrap` and `destroy` as well.
    Administer,
}

impl Purpose {
    /// All of them, the least first.
    pub const ALL: [Self; 5] = [
        Self::Preview,
        Self::Plan,
        Self::Deploy,
        Self::Apply,
        Self::Administer,
    ];

    /// As names of policies end.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Plan => "plan",
            Self::Deploy => "deploy",
            Self::Apply => "apply",
            Self::Administer => "administer",
        }
    }
}
