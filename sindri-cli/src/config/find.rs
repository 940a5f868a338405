//! Which file is meant.

use std::path::{Path, PathBuf};

/// Names of the file, in this order.
const NAMES: [&str; 2] = ["sindri.yaml", "sindri.yml"];

/// Where to look for the file. Nothing is read from the environment here.
#[derive(Debug, Clone, Copy)]
pub struct Search<'s> {
    /// `--config`. Ends the search, whether the file is there or not.
    pub option: Option<&'s Path>,
    /// `SINDRI_CONFIG`. Ends the search likewise.
    pub variable: Option<&'s Path>,
    /// The current directory. The search starts here and goes up.
    pub current_dir: &'s Path,
    /// The home directory, for `.config/sindri/`.
    pub home: Option<&'s Path>,
    /// The directory for the whole machine, usually `/etc/sindri`.
    pub system: Option<&'s Path>,
}

impl Search<'_> {
    /// The file meant. When a path is given it is taken as it is, there or not.
    ///
    /// # Errors
    ///
    /// The places looked at, when there is no file in any of them.
    pub fn find(&self) -> Result<PathBuf, Vec<PathBuf>> {
        if let Some(path) = self.option.or(self.variable) {
            return Ok(self.current_dir.join(path));
        }
        let up = self.current_dir.ancestors().map(Path::to_path_buf);
        let home = self.home.map(|home| home.join(".config/sindri"));
        let system = self.system.map(Path::to_path_buf);
        let places: Vec<PathBuf> = up.chain(home).chain(system).collect();
        let found = places
            .iter()
            .flat_map(|place| NAMES.map(|name| place.join(name)))
            .find(|path| path.is_file());
        found.ok_or(places)
    }

    /// How messages name a path: relative to the current directory where it lies below.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.current_dir)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree {
        root: tempfile::TempDir,
    }

    impl Tree {
        fn with(files: &[&str]) -> Self {
            let root = tempfile::tempdir().unwrap();
            for directory in ["a/b", "home/.config/sindri", "etc"] {
                std::fs::create_dir_all(root.path().join(directory)).unwrap();
            }
            for file in files {
                std::fs::write(root.path().join(file), "x").unwrap();
            }
            Self { root }
        }

        fn find(&self, option: Option<&str>, variable: Option<&str>) -> Result<String, usize> {
            let at = |path: &str| self.root.path().join(path);
            let (current, home, etc) = (at("a/b"), at("home"), at("etc"));
            let search = Search {
                option: option.map(Path::new),
                variable: variable.map(Path::new),
                current_dir: &current,
                home: Some(&home),
                system: Some(&etc),
            };
            let found = search.find().map_err(|places| places.len())?;
            Ok(found
                .strip_prefix(self.root.path())
                .unwrap()
                .display()
                .to_string())
        }
    }

    #[test]
    fn the_nearest_file_up_the_tree_is_found_before_home_and_system() {
        let check = |files: &[&str], expected: &str| {
            let found = Tree::with(files).find(None, None);
            assert_eq!(found.as_deref(), Ok(expected), "{files:?}");
        };
        let home = "home/.config/sindri/sindri.yaml";
        check(&["a/b/sindri.yaml", "a/sindri.yaml"], "a/b/sindri.yaml");
        check(&["a/b/sindri.yml", "a/b/sindri.yaml"], "a/b/sindri.yaml");
        check(&["a/b/sindri.yml", "a/sindri.yaml"], "a/b/sindri.yml");
        check(&["sindri.yml", home], "sindri.yml");
        check(&[home, "etc/sindri.yaml"], home);
        check(&["etc/sindri.yml"], "etc/sindri.yml");
    }

    #[test]
    fn a_given_path_ends_the_search() {
        let tree = Tree::with(&["a/b/sindri.yaml", "a/other.yaml"]);
        let found = |option, variable| tree.find(option, variable).unwrap();
        assert_eq!(found(None, Some("../other.yaml")), "a/b/../other.yaml");
        assert_eq!(
            found(Some("gone.yaml"), Some("../other.yaml")),
            "a/b/gone.yaml"
        );
    }

    #[test]
    fn nothing_found_names_the_places() {
        let tree = Tree::with(&[]);
        let places = tree.find(None, None).unwrap_err();
        assert!(places >= 5, "{places}");
    }

    #[test]
    fn a_directory_of_the_name_is_passed_over() {
        let tree = Tree::with(&["a/sindri.yaml"]);
        std::fs::create_dir(tree.root.path().join("a/b/sindri.yaml")).unwrap();
        assert_eq!(tree.find(None, None).as_deref(), Ok("a/sindri.yaml"));
    }
}
