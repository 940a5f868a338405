//! `cargo xtask coverage`: whether each SDK has every operation that its description has.
//!
//! An operation counts when the SDK holds it as data under the same method and path, and a public
//! function sends it.

use crate::files;
use crate::generate::{self, Api};
use crate::passes::METHODS;
use crate::workspace::Workspace;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
};
use syn::visit::Visit;

/// An operation: its method in capitals, and its path.
type Wire = (String, String);

/// What one API has.
#[derive(Debug)]
pub struct Coverage {
    /// How many operations the description has.
    pub described: usize,
    /// Those the SDK does not have, by method and path.
    pub missing: Vec<Wire>,
}

impl Coverage {
    /// The share of operations the SDK has, in whole percents; 100 only when it has all.
    #[must_use]
    pub fn percent(&self) -> usize {
        let found = self.described - self.missing.len();
        (found * 100).checked_div(self.described).unwrap_or(100)
    }
}

/// Compares the description of an API with its SDK.
///
/// # Errors
///
/// When either cannot be read.
pub fn of(workspace: &Workspace, api: &Api) -> Result<Coverage, Box<dyn Error>> {
    let described = operations(&generate::described(workspace, api)?);
    let mut code = Code::default();
    for path in files::list(&workspace.path(api.sdk).join("src/generated"))? {
        code.visit_file(&syn::parse_file(&fs::read_to_string(path)?)?);
    }
    let present = code.sent();
    let missing = described.iter().filter(|wire| !present.contains(wire));
    Ok(Coverage {
        described: described.len(),
        missing: missing.cloned().collect(),
    })
}

fn operations(description: &Value) -> BTreeSet<Wire> {
    let paths = description.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flatten();
    let of_item = |(path, item): (&String, &Value)| -> Vec<Wire> {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        methods
            .map(|method| (method.to_uppercase(), path.clone()))
            .collect()
    };
    items.flat_map(of_item).collect()
}

/// What generated code holds.
#[derive(Default)]
struct Code {
    /// Operations as data, by the name of the static.
    data: BTreeMap<String, Wire>,
    /// Names that public functions use.
    used: BTreeSet<String>,
    in_public_function: bool,
}

impl Code {
    fn sent(&self) -> BTreeSet<&Wire> {
        let used = self
            .data
            .iter()
            .filter(|(name, _)| self.used.contains(*name));
        used.map(|(_, wire)| wire).collect()
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        if let Some(wire) = new_operation(&item.expr) {
            self.data.insert(item.ident.to_string(), wire);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.in_public_function = matches!(item.vis, syn::Visibility::Public(_));
        syn::visit::visit_impl_item_fn(self, item);
        self.in_public_function = false;
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let (true, Some(ident)) = (self.in_public_function, path.path.get_ident()) {
            self.used.insert(ident.to_string());
        }
    }
}

/// Method and path of `Operation::new(id, Method::GET, path, …)`, whatever is called on it.
fn new_operation(expr: &syn::Expr) -> Option<Wire> {
    match expr {
        syn::Expr::MethodCall(call) => new_operation(&call.receiver),
        syn::Expr::Call(call) => {
            let syn::Expr::Path(method) = call.args.get(1)? else {
                return None;
            };
            let syn::Expr::Lit(path) = call.args.get(2)? else {
                return None;
            };
            let syn::Lit::Str(path) = &path.lit else {
                return None;
            };
            let method = method.path.segments.last()?.ident.to_string();
            Some((method, path.value()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Coverage, operations};
    use serde_json::json;
    use syn::visit::Visit as _;

    #[test]
    fn an_operation_counts_when_a_public_function_sends_it() {
        let code = "
            static A: Operation = Operation::new(\"a\", Method::GET, \"/a\", Repeat::Safe).page(\"p\");
            static B: Operation = Operation::new(\"b\", Method::POST, \"/b\", Repeat::Unsafe);
            impl Group<'_> {
                pub fn a(&self) -> Call { Call::new(self.transport(), &A, &[]) }
                fn b(&self) -> Call { Call::new(self.transport(), &B, &[]) }
            }";
        let mut found = Code::default();
        found.visit_file(&syn::parse_file(code).unwrap());
        let sent: Vec<_> = found.sent().into_iter().cloned().collect();
        assert_eq!(sent, [("GET".to_owned(), "/a".to_owned())]);
    }

    #[test]
    fn a_path_counts_once_for_each_method() {
        let document = json!({"paths": {"/a": {"get": {}, "post": {}, "parameters": []}}});
        assert_eq!(operations(&document).len(), 2);
    }

    #[test]
    fn only_all_is_a_hundred_percent() {
        let missing = vec![("GET".to_owned(), "/a".to_owned())];
        let coverage = |described, missing| Coverage { described, missing };
        assert_eq!(coverage(416, missing).percent(), 99);
        assert_eq!(coverage(416, Vec::new()).percent(), 100);
    }
}
