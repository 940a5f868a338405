//! The file of `Host` blocks that editors read: text in, text out.

use std::collections::BTreeMap;

/// How a file of ours begins. Another is never written over.
const HEADING: &str = "# Written by `sindri ssh-config`: changes made here are lost.";

/// `Host` blocks by their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ConfigFile(BTreeMap<String, String>);

impl ConfigFile {
    /// Reads a file of ours. None is a file that someone else wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let blocks = text.strip_prefix(HEADING)?;
        let blocks = blocks.split("\nHost ").skip(1).filter_map(|block| {
            let (host, lines) = block.split_once('\n')?;
            Some((host.trim().to_owned(), lines.trim_end().to_owned()))
        });
        Some(Self(blocks.collect()))
    }

    pub(super) fn set(&mut self, host: &str, lines: String) {
        self.0.insert(host.to_owned(), lines);
    }

    pub(super) fn has(&self, host: &str) -> bool {
        self.0.contains_key(host)
    }

    pub(super) fn remove(&mut self, host: &str) {
        self.0.remove(host);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same blocks always give the same text.
    pub(super) fn text(&self) -> String {
        let blocks = self.0.iter();
        let blocks = blocks.map(|(host, lines)| format!("\nHost {host}\n{lines}\n"));
        let parts: Vec<String> = std::iter::once(format!("{HEADING}\n"))
            .chain(blocks)
            .collect();
        parts.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deployment_has_its_block_and_the_others_stay() {
        let mut file = ConfigFile::default();
        file.set("sindri-b", "  Port 2".to_owned());
        file.set("sindri-a", "  Port 1\n  User root".to_owned());
        insta::assert_snapshot!(file.text(), @r"
        # Written by `sindri ssh-config`: changes made here are lost.

        Host sindri-a
          Port 1
          User root

        Host sindri-b
          Port 2
        ");
        let mut read = ConfigFile::parse(&file.text()).unwrap();
        assert_eq!(read, file);
        read.set("sindri-b", "  Port 3".to_owned());
        assert!(read.text().contains("Port 3") && !read.text().contains("Port 2"));
        read.remove("sindri-b");
        read.remove("sindri-b");
        assert!(!read.has("sindri-b") && read.has("sindri-a"));
        read.remove("sindri-a");
        assert!(read.is_empty());
    }

    #[test]
    fn a_file_of_someone_else_is_not_taken_for_ours() {
        assert_eq!(ConfigFile::parse("Host a\n  Port 1\n"), None);
        assert_eq!(ConfigFile::parse(""), None);
        assert_eq!(
            ConfigFile::parse(&format!("{HEADING}\n")),
            Some(ConfigFile::default())
        );
    }
}
