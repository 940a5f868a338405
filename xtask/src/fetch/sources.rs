//! `sources.toml`: where each description comes from, and what was seen there last.

use super::{Answer, Known, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use toml_edit::{DocumentMut, Item, value};

/// The file, with its comments.
pub(super) struct Sources(DocumentMut);

/// What it says of an API.
pub(super) struct Source {
    pub(super) url: String,
    pub(super) known: Known,
}

impl Sources {
    pub(super) fn parse(text: &str) -> Result<Self> {
        Ok(Self(text.parse()?))
    }

    pub(super) fn of(&self, api: &str) -> Result<Source> {
        let text = |key: &str| {
            let value = self.0.get(api).and_then(|table| table.get(key));
            value.and_then(Item::as_str).map(str::to_owned)
        };
        Ok(Source {
            url: text("url").ok_or_else(|| format!("sources.toml has no `url` for {api}"))?,
            known: Known {
                etag: text("etag"),
                last_modified: text("last_modified"),
            },
        })
    }

    /// Notes what was fetched. The same bytes as before leave everything as it is.
    pub(super) fn note(
        &mut self,
        api: &str,
        url: Option<&str>,
        document: &Value,
        answer: &Answer,
    ) -> Result<()> {
        let Answer::Document {
            bytes,
            etag,
            last_modified,
        } = answer
        else {
            return Ok(());
        };
        let table = self.0.get_mut(api).and_then(Item::as_table_mut);
        let table = table.ok_or_else(|| format!("sources.toml has no table for {api}"))?;
        let sum = sum(bytes);
        let same = table.get("sha256").and_then(Item::as_str) == Some(&sum);
        let version = document.pointer("/info/version").and_then(Value::as_str);
        let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let mut set = |key: &str, text: Option<&str>| match text {
            Some(text) => {
                table.insert(key, value(text));
            }
            None => {
                table.remove(key);
            }
        };
        if let Some(url) = url {
            set("url", Some(url));
        }
        if !same {
            set("version", version);
            set("date", Some(&today));
            set("sha256", Some(&sum));
        }
        set("etag", etag.as_deref());
        set("last_modified", last_modified.as_deref());
        Ok(())
    }

    /// What a file says of itself is not what its vendor serves: nothing of it is noted. The next download is
    /// asked for whatever was seen before it, for the description is no longer that of the last one.
    pub(super) fn note_file(&mut self, api: &str, bytes: &[u8]) -> Result<()> {
        let table = self.0.get_mut(api).and_then(Item::as_table_mut);
        let table = table.ok_or_else(|| format!("sources.toml has no table for {api}"))?;
        if table.get("sha256").and_then(Item::as_str) != Some(&sum(bytes)) {
            table.remove("etag");
            table.remove("last_modified");
        }
        Ok(())
    }

    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }
}

fn sum(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}
