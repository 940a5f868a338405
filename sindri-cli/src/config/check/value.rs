//! Single values: type, range, form, choice.

use super::block::Checker;
use crate::config::diagnostic::Finding;
use crate::config::fields::shape::Shape;
use crate::config::fields::{Field, Kind, TOP, lookup};
use crate::config::node::{Entry, Node, NodeKind, Reading, Scalar, Style};
use crate::config::size::Size;
use crate::config::source::Span;
use crate::config::suggest;
use crate::config::values::Datum;

/// A value that does not suit its field.
pub(super) struct Misfit {
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: String,
    /// The value to go on with when findings are overruled; `None` when there is none.
    pub(super) usable: Option<Datum>,
}

impl Checker<'_> {
    pub(super) fn field(&mut self, path: &str, field: &'static Field, entry: &Entry) {
        match (&entry.value.kind, &field.kind) {
            (NodeKind::Broken, _) => self.values.mark_unusable(path, entry.key_span),
            (NodeKind::Null, _) => self.empty(path, field, entry),
            (NodeKind::Map(entries), Kind::Block(block)) => {
                self.record_block(path, entry);
                self.block(path, block, entries, entry.key_span);
            }
            (NodeKind::Map(entries), Kind::Providers(blocks)) => {
                self.record_block(path, entry);
                self.providers(path, blocks, entries);
            }
            (NodeKind::List(items), Kind::List(kind)) => self.list(path, kind, entry, items),
            (NodeKind::List(items), Kind::Blocks(block)) => self.blocks(path, block, entry, items),
            (_, Kind::Block(_) | Kind::Providers(_) | Kind::List(_) | Kind::Blocks(_)) => {
                self.not_a_container(path, field, entry);
            }
            (_, kind) => self.single(path, kind, &entry.value, entry.key_span),
        }
    }

    /// Checks a value that is neither list nor block. `key` is pointed at where the value is one of those.
    pub(super) fn single(&mut self, path: &str, kind: &Kind, node: &Node, key: Span) {
        let (outcome, span) = match &node.kind {
            NodeKind::Scalar(scalar) => (read(kind, scalar), node.span),
            _ => (Err(wrong_type(kind, node.describe())), key),
        };
        match outcome {
            Ok(datum) => {
                if let (Kind::NumberLikeText(_), NodeKind::Scalar(scalar)) = (kind, &node.kind)
                    && scalar.reading() != Reading::Text
                {
                    self.quote_it(path, scalar, span);
                }
                self.values.insert(path, datum, span);
            }
            // Some paste the value itself here: it must not travel on into logs and reports.
            Err(_) if may_hold_a_secret(path) => {
                let misfit = without_value(kind);
                self.misfit(path, span, misfit);
            }
            Err(misfit) => self.misfit(path, span, misfit),
        }
    }

    pub(super) fn misfit(&mut self, path: &str, span: Span, misfit: Misfit) {
        let advice = lookup(TOP.fields, path).map_or("", |field| field.advice);
        let help = if advice.is_empty() {
            misfit.help
        } else {
            format!("{}; {advice}", misfit.help)
        };
        let finding = Finding::error(path, span, misfit.message)
            .label(misfit.label)
            .help(help);
        if let Some(datum) = misfit.usable {
            self.findings.push(finding);
            self.values.insert(path, datum, span);
        } else {
            self.findings.push(finding.binding());
            self.values.mark_unusable(path, span);
        }
    }

    fn quote_it(&mut self, path: &str, scalar: &Scalar, span: Span) {
        self.findings.push(
            Finding::warning(path, span, "this is a number, though text is meant")
                .label("quote it")
                .help(format!("write `\"{}\"`", scalar.text)),
        );
    }
}

fn may_hold_a_secret(path: &str) -> bool {
    path.starts_with("secrets[") || path == "providers.northflank.registryCredentials"
}

/// What to say where the value must not be repeated.
fn without_value(kind: &Kind) -> Misfit {
    let rule = match kind {
        Kind::Text(shape) | Kind::NumberLikeText(shape) => shape.words.to_owned(),
        Kind::Choice(allowed) => suggest::list(allowed.iter().copied(), "or"),
        other => other.describe().to_owned(),
    };
    Misfit {
        message: format!("must be {rule}"),
        label: "not of this form".to_owned(),
        help: format!("write for example `{}`", kind.example()),
        usable: None,
    }
}

fn read(kind: &Kind, scalar: &Scalar) -> Result<Datum, Misfit> {
    let reading = scalar.reading();
    match kind {
        Kind::Bool => match reading {
            Reading::Bool(flag) => Ok(Datum::Bool(flag)),
            _ => Err(not_a_bool(scalar, reading)),
        },
        Kind::Integer { min, max } => match reading {
            Reading::Integer(number) if (*min..=*max).contains(&number) => {
                Ok(Datum::Integer(number))
            }
            Reading::Integer(number) => Err(out_of_range(number, *min, *max)),
            _ => Err(not_an_integer(kind, scalar)),
        },
        Kind::Number { min } => read_number(*min, scalar, reading),
        Kind::Text(shape) => match reading {
            Reading::Text => read_text(shape, &scalar.text, ""),
            _ => Err(not_text(shape, scalar, reading)),
        },
        Kind::NumberLikeText(shape) => match reading {
            Reading::Bool(_) => Err(not_text(shape, scalar, reading)),
            _ => read_text(shape, &scalar.text, "\""),
        },
        Kind::Size => Size::parse(&scalar.text)
            .filter(|_| reading == Reading::Text)
            .map(Datum::Size)
            .ok_or_else(|| not_a_size(&scalar.text)),
        Kind::Choice(allowed) => {
            if reading == Reading::Text && allowed.contains(&scalar.text.as_str()) {
                Ok(Datum::Text(scalar.text.clone()))
            } else {
                Err(not_a_choice(allowed, &scalar.text))
            }
        }
        Kind::Block(_) | Kind::Blocks(_) | Kind::List(_) | Kind::Providers(_) => {
            Err(wrong_type(kind, reading.describe()))
        }
    }
}

/// `quote` goes around a proposed value that YAML would read as a number.
fn read_text(shape: &Shape, text: &str, quote: &str) -> Result<Datum, Misfit> {
    if (shape.test)(text) {
        return Ok(Datum::Text(text.to_owned()));
    }
    let help = shape.repaired(text).map_or_else(
        || format!("write for example `{quote}{}{quote}`", shape.example),
        |repaired| format!("write `{quote}{repaired}{quote}`"),
    );
    let is_usable = !shape.is_needed && !text.trim().is_empty();
    let message = if text.trim().is_empty() {
        format!("must not be empty, but {}", shape.words)
    } else {
        format!("`{}` must be {}", suggest::brief(text), shape.words)
    };
    Err(Misfit {
        message,
        label: "not of this form".to_owned(),
        help,
        usable: is_usable.then(|| Datum::Text(text.to_owned())),
    })
}

fn read_number(min: f64, scalar: &Scalar, reading: Reading) -> Result<Datum, Misfit> {
    let number = match reading {
        Reading::Integer(_) | Reading::Number => scalar.text.parse::<f64>().ok(),
        Reading::Bool(_) | Reading::Text => None,
    };
    match number {
        Some(number) if number.is_finite() && number >= min => Ok(Datum::Number(number)),
        Some(_) => Err(Misfit {
            message: format!("`{}` must be at least {min}", scalar.text),
            label: "out of range".to_owned(),
            help: format!("write {min} or more"),
            usable: None,
        }),
        None => Err(wrong_type(&Kind::Number { min }, reading.describe())),
    }
}

fn out_of_range(number: i64, min: i64, max: i64) -> Misfit {
    // Limits this high only keep nonsense out: naming them would help nobody.
    let range = match (number > max, max >= 1_000_000) {
        (true, true) => "much smaller".to_owned(),
        (false, true) => format!("{min} or more"),
        (_, false) => format!("{min} to {max}"),
    };
    // A limit of ours may be out of date, so it can be overruled; what cannot be sent at all cannot.
    let can_be_sent = max != i64::from(u16::MAX) && u32::try_from(number).is_ok();
    Misfit {
        message: format!("`{number}` must be {range}"),
        label: "out of range".to_owned(),
        help: format!("write a number that is {range}"),
        usable: can_be_sent.then_some(Datum::Integer(number)),
    }
}

fn not_a_bool(scalar: &Scalar, reading: Reading) -> Misfit {
    let help = match scalar.text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => "write `true`",
        "false" | "no" | "off" | "n" | "0" => "write `false`",
        _ => "write `true` or `false`",
    };
    Misfit {
        message: format!("must be `true` or `false`, not {}", reading.describe()),
        label: format!("this is {}", reading.describe()),
        help: without_quotes(help, scalar),
        usable: None,
    }
}

/// Quotes are easily overlooked: says so where they are what makes a value text.
fn without_quotes(help: &str, scalar: &Scalar) -> String {
    match scalar.style {
        Style::Plain => help.to_owned(),
        Style::Text => format!("{help}, without quotes"),
    }
}

fn not_an_integer(kind: &Kind, scalar: &Scalar) -> Misfit {
    let reading = scalar.reading();
    let mut misfit = wrong_type(kind, reading.describe());
    if reading == Reading::Number {
        misfit = Misfit {
            message: format!("`{}` must be a whole number", suggest::brief(&scalar.text)),
            label: "not a plain whole number".to_owned(),
            ..misfit
        };
    }
    let text = scalar.text.trim();
    let digits = text
        .split_once(|character: char| !character.is_ascii_digit())
        .map_or(text, |(digits, _)| digits);
    let number = digits.trim_start_matches('0');
    if number.is_empty() || number.len() > 9 {
        return misfit;
    }
    let unit = text.get(digits.len()..).unwrap_or_default().trim();
    misfit.help = match unit.to_ascii_lowercase().as_str() {
        "" => without_quotes(&format!("write `{number}`"), scalar),
        "g" | "gb" | "gi" => format!("write `{number}`; the unit is in the key's name"),
        _ => "write a whole number".to_owned(),
    };
    misfit
}

fn not_text(shape: &Shape, scalar: &Scalar, reading: Reading) -> Misfit {
    let quoted = Some(scalar.text.clone()).filter(|text| (shape.test)(text));
    let repaired = || match reading {
        Reading::Integer(_) | Reading::Number => shape.repaired(&scalar.text),
        Reading::Bool(_) | Reading::Text => None,
    };
    let help = quoted.or_else(repaired).map_or_else(
        || format!("write for example `{}`", shape.example),
        |text| format!("write `\"{text}\"`, in quotes"),
    );
    Misfit {
        message: format!("must be text, not {}", reading.describe()),
        label: format!("this is {}", reading.describe()),
        help,
        usable: None,
    }
}

fn not_a_size(text: &str) -> Misfit {
    let help = Size::repair(text).unwrap_or_else(|| "16GB".to_owned());
    Misfit {
        message: format!(
            "`{}` must be a whole number with `MB` or `GB`",
            suggest::brief(text)
        ),
        label: "not a size".to_owned(),
        help: format!("write `{help}`"),
        usable: None,
    }
}

fn not_a_choice(allowed: &[&'static str], text: &str) -> Misfit {
    let all = suggest::list(allowed.iter().copied(), "or");
    let help = match suggest::nearest(text, allowed.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? It can be {all}"),
        None => format!("write {all}"),
    };
    Misfit {
        message: format!("`{}` is not one of the choices", suggest::brief(text)),
        label: "not known".to_owned(),
        help,
        usable: None,
    }
}

pub(super) fn wrong_type(kind: &Kind, found: &str) -> Misfit {
    Misfit {
        message: format!("must be {}, not {found}", kind.describe()),
        label: format!("this is {found}"),
        help: format!("write for example `{}`", kind.example()),
        usable: None,
    }
}
