//! Which way a type goes: into requests, out of answers, or both.

use super::Scale;
use super::model::TypeDef;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The ways for which code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ways {
    /// It is only sent.
    Out,
    /// It is only received.
    In,
    /// Both.
    Both,
}

impl Ways {
    /// The ways of a type. A crate that is taken whole writes and reads every type, so that users can
    /// keep answers; in a large one that would double what has to be compiled.
    pub(super) fn of(def: &TypeDef, scale: Scale) -> Self {
        match (scale, def.in_requests, def.in_answers) {
            (Scale::Parts, true, false) => Self::Out,
            (Scale::Parts, false, true) => Self::In,
            (Scale::Whole, _, _) | (Scale::Parts, true, true) | (Scale::Parts, false, false) => {
                Self::Both
            }
        }
    }

    /// serde's derives.
    pub(super) fn derives(self) -> TokenStream {
        match self {
            Self::Out => quote!(Serialize),
            Self::In => quote!(Deserialize),
            Self::Both => quote!(Serialize, Deserialize),
        }
    }

    /// The macro that gives a union its serde traits.
    pub(super) fn union_macro(self) -> Ident {
        match self {
            Self::Out => format_ident!("open_union_out"),
            Self::In => format_ident!("open_union_in"),
            Self::Both => format_ident!("open_union"),
        }
    }
}
