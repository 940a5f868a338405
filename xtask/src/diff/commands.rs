//! Which commands of `sindri` make which call of an SDK.
//!
//! A table by hand, as calls also go through what is written by hand in the SDKs; `every_call_of_the_command_line_is_in_the_table` reads the
//! sources of `sindri-cli` for what it has to hold.

use std::collections::BTreeMap;

const TABLE: &str = include_str!("commands.toml");

/// Commands by call, of one API. A call that none makes is not there.
pub(super) fn of(api: &str) -> BTreeMap<String, Vec<String>> {
    known().remove(api).unwrap_or_default()
}

/// The whole table: commands by API and call.
pub fn known() -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    // A table that cannot be read fails the test below.
    toml::from_str(TABLE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{self, APIS};
    use crate::workspace::Workspace;
    use std::collections::BTreeSet;
    use std::fs;
    use syn::visit::Visit;

    /// Calls of the form `….group().method(…)`.
    #[derive(Default)]
    struct Calls(BTreeSet<String>);

    impl<'ast> Visit<'ast> for Calls {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            if let syn::Expr::MethodCall(group) = &*call.receiver
                && group.args.is_empty()
            {
                // `list_with` is `list` with options.
                let method = call.method.to_string();
                let method = method.strip_suffix("_with").unwrap_or(&method);
                self.0.insert(format!("{}.{method}", group.method));
            }
            syn::visit::visit_expr_method_call(self, call);
        }
    }

    #[test]
    fn every_call_of_the_command_line_is_in_the_table() {
        let workspace = Workspace::default();
        let table = known();
        for api in APIS {
            let folder = format!("sindri-cli/src/provider/{}", api.name);
            let mut calls = Calls::default();
            for path in crate::files::list(&workspace.path(&folder)).unwrap() {
                calls.visit_file(&syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap());
            }
            let model = generate::model(generate::described(&workspace, api).unwrap()).unwrap();
            let described: BTreeSet<_> = model
                .operations
                .iter()
                .map(super::super::words::call)
                .collect();
            let listed: BTreeSet<_> = table[api.name].keys().cloned().collect();
            let made = calls.0.intersection(&described);
            let missing: Vec<_> = made.filter(|call| !listed.contains(*call)).collect();
            assert_eq!(
                missing, [""; 0],
                "made by the command line, not listed here"
            );
            let stale: Vec<_> = listed.difference(&described).collect();
            assert_eq!(stale, [""; 0], "listed here, no call of {}", api.name);
        }
    }

    #[test]
    fn every_command_of_the_table_is_one() {
        let reference = Workspace::default().path("docs/cli.md");
        let reference = fs::read_to_string(reference).unwrap();
        for commands in known().values().flat_map(BTreeMap::values) {
            for command in commands {
                let heading = format!("`sindri {command}`");
                assert!(reference.contains(&heading), "there is no {heading}");
            }
        }
    }
}
