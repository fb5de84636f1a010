//! The state in memory, mirrored to the journal with every change. Decides nothing.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use jiff::Timestamp;

use super::fields;
use super::journal::{self, Entry, Journal};
use super::model::{Message, OptOut, Resource};
use super::sid;
use crate::local::Error;

/// Everything that is kept.
#[derive(Debug)]
pub(super) struct State {
    /// In the order they were made.
    messages: Vec<Message>,
    places: HashMap<String, usize>,
    numbers: Vec<Resource>,
    services: Vec<Resource>,
    opted_out: BTreeSet<OptOut>,
    revision: u64,
    /// Another one after every start and reset, so that the page knows that messages are gone.
    epoch: String,
    journal: Journal,
    /// Why the last change could not be written down, told once.
    broken: Option<String>,
}

impl State {
    /// What the journal holds, with the account's number and messaging service, which always exist.
    pub fn open(path: &Path, number: &str, service: Option<&str>) -> Result<Self, Error> {
        let entries = journal::read(path)?;
        let journal = Journal::begin(path, &entries).map_err(Error::file("writing", path))?;
        let mut state = Self {
            messages: Vec::new(),
            places: HashMap::new(),
            numbers: Vec::new(),
            services: Vec::new(),
            opted_out: BTreeSet::new(),
            revision: 0,
            epoch: sid::random("EP"),
            journal,
            broken: None,
        };
        for entry in entries {
            state.take(entry);
        }
        state.complete(number, service);
        state.rewrite();
        Ok(state)
    }

    /// Adds the number and the service when they are missing.
    fn complete(&mut self, number: &str, service: Option<&str>) {
        let now = Timestamp::now();
        let made = |prefix: &str, sid: Option<&str>, settings| Resource {
            sid: sid.map_or_else(|| sid::random(prefix), str::to_owned),
            created: now,
            updated: now,
            settings,
        };
        if !self
            .numbers
            .iter()
            .any(|known| known.text("phone_number") == Some(number))
        {
            let mut settings = fields::initial(fields::NUMBER, number);
            settings.insert("phone_number".into(), number.into());
            self.numbers.push(made("PN", None, settings));
        }
        let known = |known: &Resource| service.is_none_or(|service| known.sid == service);
        if !self.services.iter().any(known) {
            self.services.clear();
            let settings = fields::initial(fields::SERVICE, "QuickDumpNow");
            self.services.push(made("MG", service, settings));
        }
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Message(mut message) => {
                self.revision += 1;
                message.revision = self.revision;
                if let Some(place) = self.places.get(&message.sid) {
                    self.messages[*place] = message;
                } else {
                    self.places.insert(message.sid.clone(), self.messages.len());
                    self.messages.push(message);
                }
            }
            Entry::Number(number) => replace(&mut self.numbers, number),
            Entry::Service(service) => replace(&mut self.services, service),
            Entry::OptedOut(opt_out) => {
                self.opted_out.insert(opt_out);
            }
            Entry::OptedIn(opt_out) => {
                self.opted_out.remove(&opt_out);
            }
        }
    }

    /// Makes a change and writes it down.
    pub fn put(&mut self, entry: Entry) {
        if let Err(error) = self.journal.add(&entry) {
            self.broken = Some(error.to_string());
        }
        self.take(entry);
    }

    /// Changes a message that is still there.
    pub fn change(&mut self, sid: &str, how: impl FnOnce(&mut Message)) -> Option<Message> {
        let mut message = self.message(sid)?.clone();
        how(&mut message);
        self.put(Entry::Message(message));
        self.message(sid).cloned()
    }

    /// Forgets messages and opt-outs; with `settings` those of numbers and services as well.
    pub fn reset(&mut self, settings: bool) {
        self.messages.clear();
        self.places.clear();
        self.opted_out.clear();
        self.revision += 1;
        self.epoch = sid::random("EP");
        if settings {
            for number in &mut self.numbers {
                let phone_number = number.settings["phone_number"].clone();
                number.settings =
                    fields::initial(fields::NUMBER, phone_number.as_str().unwrap_or_default());
                number.settings.insert("phone_number".into(), phone_number);
            }
            for service in &mut self.services {
                service.settings = fields::initial(fields::SERVICE, "QuickDumpNow");
            }
        }
        self.rewrite();
    }

    fn rewrite(&mut self) {
        let entries: Vec<Entry> = self
            .messages
            .iter()
            .cloned()
            .map(Entry::Message)
            .chain(self.numbers.iter().cloned().map(Entry::Number))
            .chain(self.services.iter().cloned().map(Entry::Service))
            .chain(self.opted_out.iter().cloned().map(Entry::OptedOut))
            .collect();
        if let Err(error) = self.journal.replace(&entries) {
            self.broken = Some(error.to_string());
        }
    }

    pub fn message(&self, sid: &str) -> Option<&Message> {
        self.places.get(sid).map(|place| &self.messages[*place])
    }

    /// In the order they were made.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub fn numbers(&self) -> &[Resource] {
        &self.numbers
    }

    pub fn services(&self) -> &[Resource] {
        &self.services
    }

    pub fn opted_out(&self) -> &BTreeSet<OptOut> {
        &self.opted_out
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Why a change could not be written down, when that is news.
    pub fn take_broken(&mut self) -> Option<String> {
        self.broken.take()
    }
}

fn replace(all: &mut Vec<Resource>, one: Resource) {
    match all.iter_mut().find(|known| known.sid == one.sid) {
        Some(known) => *known = one,
        None => all.push(one),
    }
}
