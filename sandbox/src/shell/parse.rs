//! Tokens to a list of commands.

use crate::shell::scan::{Direction, Part, SyntaxError, Token, Word, is_name, tokens};

/// Words that begin what this shell does not have.
const KEYWORDS: [&str; 13] = [
    "if", "then", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "function",
    "{",
];

/// Commands in the order in which they come.
pub(crate) type Script = Vec<Step>;

/// A command and when it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) when: When,
    pub(crate) command: Command,
}

/// What must have been before a command for it to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// After `&&`
    Success,
    /// After `||`
    Failure,
}

/// One command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// Whether `!` turns its status around.
    pub(crate) inverted: bool,
    pub(crate) assignments: Vec<(String, Word)>,
    pub(crate) words: Vec<Word>,
    pub(crate) redirects: Vec<Redirect>,
}

/// Where a descriptor leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// `< file`
    Input(Word),
    /// `N> file`
    Output {
        descriptor: u8,
        file: Word,
        append: bool,
    },
    /// `N>&M`
    Duplicate { descriptor: u8, of: u8 },
}

/// Reads a script.
pub(crate) fn parse(text: &str) -> Result<Script, SyntaxError> {
    let mut steps = Script::new();
    let mut command = Command::default();
    let mut when = When::Always;
    let mut all = tokens(text)?.into_iter();
    while let Some(token) = all.next() {
        let next = match token {
            Token::Word(word) => {
                add_word(&mut command, word)?;
                continue;
            }
            Token::Redirect(descriptor, direction) => {
                let Some(Token::Word(target)) = all.next() else {
                    return Err(unexpected("a redirection"));
                };
                command
                    .redirects
                    .push(redirect(descriptor, direction, target)?);
                continue;
            }
            Token::Then => When::Always,
            Token::And => When::Success,
            Token::Or => When::Failure,
        };
        let done = std::mem::take(&mut command);
        match (done == Command::default(), when, next) {
            (false, _, _) => steps.push(Step {
                when,
                command: done,
            }),
            // Empty commands stand between line ends, and after `&&` at the end of a line.
            (true, When::Always, When::Always) => {}
            (true, When::Success | When::Failure, When::Always) => continue,
            (true, _, When::Success) => return Err(unexpected("&&")),
            (true, _, When::Failure) => return Err(unexpected("||")),
        }
        when = next;
    }
    match (command == Command::default(), when) {
        (false, _) => steps.push(Step { when, command }),
        (true, When::Always) => {}
        (true, When::Success) => return Err(unexpected("&&")),
        (true, When::Failure) => return Err(unexpected("||")),
    }
    Ok(steps)
}

fn unexpected(token: &str) -> SyntaxError {
    SyntaxError::Unexpected(token.to_owned())
}

fn add_word(command: &mut Command, mut word: Word) -> Result<(), SyntaxError> {
    if command.words.is_empty() {
        match plain(&word) {
            Some("!") if command.assignments.is_empty() => {
                command.inverted = !command.inverted;
                return Ok(());
            }
            Some(text) => {
                if let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == text) {
                    return Err(SyntaxError::Unsupported(keyword));
                }
            }
            None => {}
        }
        if let Some(name) = take_assignment(&mut word) {
            command.assignments.push((name, word));
            return Ok(());
        }
    }
    command.words.push(word);
    Ok(())
}

/// The text of a word that is nothing but text outside of quotes.
fn plain(word: &Word) -> Option<&str> {
    match word.as_slice() {
        [
            Part::Text {
                text,
                quoted: false,
            },
        ] => Some(text),
        _other => None,
    }
}

/// Takes `NAME=` off a word, if that is how it begins.
fn take_assignment(word: &mut Word) -> Option<String> {
    let Some(Part::Text {
        text,
        quoted: false,
    }) = word.first_mut()
    else {
        return None;
    };
    let (name, value) = text.split_once('=')?;
    if !is_name(name) {
        return None;
    }
    let (name, value) = (name.to_owned(), value.to_owned());
    *text = value;
    Some(name)
}

fn redirect(
    descriptor: Option<u8>,
    direction: Direction,
    target: Word,
) -> Result<Redirect, SyntaxError> {
    let output = |append| {
        let descriptor = descriptor.unwrap_or(1);
        known(descriptor)?;
        Ok(Redirect::Output {
            descriptor,
            file: target.clone(),
            append,
        })
    };
    match direction {
        Direction::Read if descriptor.unwrap_or(0) == 0 => Ok(Redirect::Input(target)),
        Direction::Read => Err(SyntaxError::Unsupported("a descriptor above 2")),
        Direction::Write => output(false),
        Direction::Append => output(true),
        Direction::Duplicate => {
            let descriptor = descriptor.unwrap_or(1);
            let of = plain(&target).and_then(|text| text.parse().ok());
            let of = of.ok_or(SyntaxError::Unsupported("`>&` with a name"))?;
            known(descriptor)?;
            known(of)?;
            Ok(Redirect::Duplicate { descriptor, of })
        }
    }
}

fn known(descriptor: u8) -> Result<(), SyntaxError> {
    match descriptor {
        1 | 2 => Ok(()),
        _other => Err(SyntaxError::Unsupported("a descriptor above 2")),
    }
}
