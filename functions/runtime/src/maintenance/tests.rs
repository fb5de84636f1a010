//! Conditions of writing, in memory.

use super::*;

fn version(etag: &str) -> Expected {
    Expected::Version(etag.to_owned())
}

#[tokio::test]
async fn only_who_has_seen_the_document_replaces_it() {
    let memory = MemoryDocument::default();
    assert_eq!(memory.read().await, Ok(None));
    let unseen = memory.write(b"0".to_vec(), &version("\"x\"")).await;
    assert_eq!(unseen, Err(DocumentError::Changed));
    let first = memory
        .write(b"1".to_vec(), &Expected::Absent)
        .await
        .unwrap();
    assert_eq!(
        memory.write(b"2".to_vec(), &Expected::Absent).await,
        Err(DocumentError::Changed)
    );
    let second = memory.write(b"2".to_vec(), &version(&first)).await.unwrap();
    assert_ne!(first, second);
    let late = memory.write(b"3".to_vec(), &version(&first)).await;
    assert_eq!(late, Err(DocumentError::Changed));
    let stored = memory.read().await.unwrap().unwrap();
    assert_eq!((stored.etag, stored.body), (second, b"2".to_vec()));
}
