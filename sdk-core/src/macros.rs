//! What generated open enums and unions share.
//!
//! The macros name `sdk_core::…`: the name must be in scope where they are used. That way they also
//! work in a generated crate that carries this code as its module `sdk_core`.

pub use crate::{open_enum, open_union, open_union_in, open_union_out};

/// Gives an enum with a last variant `Unknown(String)` its text forms: `as_str`, `VALUES`, `Display`,
/// `From<&str>`, `From<String>`, `FromStr`, `Serialize` and `Deserialize`.
///
/// A text that no variant stands for is kept in `Unknown`, so it survives a round trip.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// The texts this version knows.
            pub const VALUES: &'static [&'static str] = &[$($text),*];

            /// The text as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                struct Text;
                impl ::serde::de::Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E>(self, text: &str) -> ::std::result::Result<$name, E> {
                        ::std::result::Result::Ok($name::from(text))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

/// Gives an enum of one-field variants and a last variant `Unknown(serde_json::Value)` its `From`
/// conversions, `Serialize` and `Deserialize`.
///
/// Each variant says how it is told from the others:
/// `tag("type", ["A"])` by the text of a property, `field("run")` by a property only it has,
/// `json("string")` by its JSON type. A variant that is there with a feature only says so before its
/// name, as `#[cfg(feature = "a")]`. What fits none, or does not fit what it claims to be, is kept
/// as `Unknown`.
#[macro_export]
macro_rules! open_union {
    ($name:ident { $($rules:tt)* }) => {
        sdk_core::macros::open_union_out!($name { $($rules)* });
        sdk_core::macros::open_union_in!($name { $($rules)* });
    };
}

/// The part of [`open_union`](crate::open_union) that is sent: `Serialize`.
#[macro_export]
macro_rules! open_union_out {
    ($name:ident { $($(#[$when:meta])* $variant:ident($inner:ty) = $how:ident($($arg:expr),*),)* }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $($(#[$when])* Self::$variant(value) => ::serde::Serialize::serialize(value, serializer),)*
                    Self::Unknown(value) => ::serde::Serialize::serialize(value, serializer),
                }
            }
        }

    };
}

/// The part of [`open_union`](crate::open_union) that is received: `Deserialize`.
#[macro_export]
macro_rules! open_union_in {
    ($name:ident { $($(#[$when:meta])* $variant:ident($inner:ty) = $how:ident($($arg:expr),*),)* }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value: ::serde_json::Value = ::serde::Deserialize::deserialize(deserializer)?;
                $(
                    $(#[$when])*
                    if sdk_core::macros::$how(&value, $($arg),*) {
                        return ::std::result::Result::Ok(
                            match <$inner as ::serde::Deserialize>::deserialize(&value) {
                                ::std::result::Result::Ok(inner) => Self::$variant(inner),
                                ::std::result::Result::Err(_) => Self::Unknown(value),
                            },
                        );
                    }
                )*
                ::std::result::Result::Ok(Self::Unknown(value))
            }
        }
    };
}

/// Whether a property of an object holds one of these texts.
#[must_use]
pub fn tag(value: &serde_json::Value, property: &str, texts: &[&str]) -> bool {
    let text = value.get(property).and_then(serde_json::Value::as_str);
    text.is_some_and(|text| texts.contains(&text))
}

/// Whether an object has this property.
#[must_use]
pub fn field(value: &serde_json::Value, property: &str) -> bool {
    value.get(property).is_some_and(|value| !value.is_null())
}

/// Whether a value is of this JSON type.
#[must_use]
pub fn json(value: &serde_json::Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        unreachable_pub,
        reason = "the macros make public items; here in a private module"
    )]

    use super::super as sdk_core;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq)]
    enum Color {
        Red,
        DarkBlue,
        Unknown(String),
    }
    sdk_core::macros::open_enum!(Color { Red = "RED", DarkBlue = "dark blue", });

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Queue {
        run: String,
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Shape {
        Tagged(std::collections::BTreeMap<String, String>),
        Queue(Queue),
        Text(String),
        Unknown(serde_json::Value),
    }
    sdk_core::macros::open_union!(Shape {
        Tagged(std::collections::BTreeMap<String, String>) = tag("type", &["T", "U"]),
        Queue(Queue) = field("run"),
        Text(String) = json("string"),
    });

    #[test]
    fn any_text_round_trips_through_an_open_enum() {
        for (text, color) in [
            ("RED", Color::Red),
            ("dark blue", Color::DarkBlue),
            ("", Color::Unknown(String::new())),
            ("red", Color::Unknown("red".into())),
        ] {
            let parsed: Color = serde_json::from_value(json!(text)).unwrap();
            assert_eq!(parsed, color);
            assert_eq!(serde_json::to_value(&parsed).unwrap(), json!(text));
            assert_eq!(parsed.to_string(), text);
            assert_eq!(text.parse::<Color>().unwrap(), color);
        }
        assert_eq!(Color::VALUES, ["RED", "dark blue"]);
    }

    #[test]
    fn a_union_reads_what_tells_its_variants_apart() {
        let check = |value: serde_json::Value, expected: fn(&Shape) -> bool| {
            let shape: Shape = serde_json::from_value(value.clone()).unwrap();
            assert!(expected(&shape), "{value}: {shape:?}");
            assert_eq!(serde_json::to_value(&shape).unwrap(), value);
        };
        check(json!({"type": "U", "run": "x"}), |s| {
            matches!(s, Shape::Tagged(_))
        });
        check(json!({"type": "V", "walk": "x"}), |s| {
            matches!(s, Shape::Unknown(_))
        });
        check(json!({"run": "x"}), |s| matches!(s, Shape::Queue(_)));
        check(json!("x"), |s| matches!(s, Shape::Text(_)));
        check(json!({"run": 3}), |s| matches!(s, Shape::Unknown(_)));
        check(json!({"new": true}), |s| matches!(s, Shape::Unknown(_)));
        check(json!(null), |s| matches!(s, Shape::Unknown(_)));
    }
}
