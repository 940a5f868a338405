//! Text to tokens: words with their quotes undone, and operators.

use std::iter::Peekable;
use std::str::Chars;

/// Why a text is no command of this shell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    #[error("syntax error: {0} has no end")]
    Unfinished(&'static str),
    #[error("syntax error near `{0}`")]
    Unexpected(String),
    #[error("{0} is not part of the sandbox's shell")]
    Unsupported(&'static str),
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it stands. Quoted text makes a word even if it is empty.
    Text { text: String, quoted: bool },
    /// The value of a variable, `?`, a digit or `#`; outside of quotes it is split at spaces.
    Variable { name: String, quoted: bool },
    /// `~` at the start of a word.
    Home,
}

/// A word before its variables have values.
pub(crate) type Word = Vec<Part>;

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(Word),
    /// `;` or the end of a line.
    Then,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `<`, `>`, `>>`: the descriptor before it, if there is one.
    Redirect(Option<u8>, Direction),
}

/// Which way a redirection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `>&`
    Duplicate,
}

/// All tokens of a script.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut scanner = Scanner {
        rest: text.chars().peekable(),
        word: None,
        found: Vec::new(),
    };
    scanner.scan()?;
    Ok(scanner.found)
}

struct Scanner<'a> {
    rest: Peekable<Chars<'a>>,
    /// The word being read, if there is one.
    word: Option<Word>,
    found: Vec<Token>,
}

impl Scanner<'_> {
    fn scan(&mut self) -> Result<(), SyntaxError> {
        while let Some(next) = self.rest.next() {
            match next {
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | ';' => self.operator(Token::Then),
                '&' => self.ampersand()?,
                '|' if self.rest.next_if_eq(&'|').is_some() => self.operator(Token::Or),
                '|' => return Err(SyntaxError::Unsupported("a pipe")),
                '<' => self.redirect(Direction::Read)?,
                '>' => self.redirect(Direction::Write)?,
                '(' | ')' => return Err(SyntaxError::Unsupported("a subshell")),
                '`' => return Err(SyntaxError::Unsupported("command substitution")),
                '#' if self.word.is_none() => self.comment(),
                '\'' => self.single_quotes()?,
                '"' => self.double_quotes()?,
                '\\' => self.backslash(),
                '$' => self.dollar(false)?,
                '~' if self.word.is_none() && self.home_follows() => self.part(Part::Home),
                letter => self.letter(letter, false),
            }
        }
        self.end_word();
        Ok(())
    }

    fn operator(&mut self, token: Token) {
        self.end_word();
        self.found.push(token);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.found.push(Token::Word(word));
        }
    }

    fn part(&mut self, part: Part) {
        self.word.get_or_insert_default().push(part);
    }

    fn letter(&mut self, letter: char, quoted: bool) {
        let word = self.word.get_or_insert_default();
        match word.last_mut() {
            Some(Part::Text { text, quoted: same }) if *same == quoted => text.push(letter),
            Some(_) | None => word.push(Part::Text {
                text: letter.to_string(),
                quoted,
            }),
        }
    }

    fn ampersand(&mut self) -> Result<(), SyntaxError> {
        if self.rest.next_if_eq(&'&').is_some() {
            self.operator(Token::And);
            return Ok(());
        }
        Err(SyntaxError::Unsupported("`&`"))
    }

    /// A number directly before the sign names the descriptor.
    fn redirect(&mut self, direction: Direction) -> Result<(), SyntaxError> {
        let descriptor = match self.word.as_deref() {
            Some(
                [
                    Part::Text {
                        text,
                        quoted: false,
                    },
                ],
            ) => text.parse::<u8>().ok(),
            Some(_) | None => None,
        };
        if descriptor.is_some() {
            self.word = None;
        }
        self.end_word();
        let direction = match (direction, self.rest.peek()) {
            (Direction::Read, Some('<')) => {
                return Err(SyntaxError::Unsupported("a here-document"));
            }
            (Direction::Read, Some('&' | '>')) => {
                return Err(SyntaxError::Unsupported("`<&` or `<>`"));
            }
            (Direction::Write, Some('>')) => Direction::Append,
            (Direction::Write, Some('&')) => Direction::Duplicate,
            (direction, _) => direction,
        };
        if matches!(direction, Direction::Append | Direction::Duplicate) {
            self.rest.next();
        }
        self.found.push(Token::Redirect(descriptor, direction));
        Ok(())
    }

    fn comment(&mut self) {
        while self.rest.next_if(|letter| *letter != '\n').is_some() {}
    }

    fn single_quotes(&mut self) -> Result<(), SyntaxError> {
        self.start_quoted();
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(letter) => self.letter(letter, true),
                None => return Err(SyntaxError::Unfinished("a single quote")),
            }
        }
    }

    fn double_quotes(&mut self) -> Result<(), SyntaxError> {
        self.start_quoted();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('$') => self.dollar(true)?,
                Some('`') => return Err(SyntaxError::Unsupported("command substitution")),
                Some('\\') => match self.rest.next() {
                    Some('\n') => {}
                    Some(letter @ ('"' | '\\' | '$' | '`')) => self.letter(letter, true),
                    Some(letter) => {
                        self.letter('\\', true);
                        self.letter(letter, true);
                    }
                    None => return Err(SyntaxError::Unfinished("a double quote")),
                },
                Some(letter) => self.letter(letter, true),
                None => return Err(SyntaxError::Unfinished("a double quote")),
            }
        }
    }

    /// Quotes make a word even if nothing is between them.
    fn start_quoted(&mut self) {
        self.part(Part::Text {
            text: String::new(),
            quoted: true,
        });
    }

    fn backslash(&mut self) {
        match self.rest.next() {
            // A line that goes on in the next one.
            Some('\n') => {}
            Some(letter) => self.letter(letter, true),
            None => self.letter('\\', true),
        }
    }

    fn dollar(&mut self, quoted: bool) -> Result<(), SyntaxError> {
        let name = match self.rest.peek().copied() {
            Some('(') => return Err(SyntaxError::Unsupported("command substitution")),
            Some('{') => {
                self.rest.next();
                let name = self.name();
                if self.rest.next() != Some('}') {
                    return Err(SyntaxError::Unsupported("`${` with more than a name"));
                }
                name
            }
            Some(sign @ ('?' | '#' | '0'..='9')) => {
                self.rest.next();
                sign.to_string()
            }
            Some(_) | None => self.name(),
        };
        if name.is_empty() {
            self.letter('$', quoted);
        } else {
            self.part(Part::Variable { name, quoted });
        }
        Ok(())
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        if let Some(sign) = self.rest.next_if(|sign| matches!(sign, '?' | '#')) {
            name.push(sign);
            return name;
        }
        while let Some(letter) = self.rest.next_if(|letter| is_of_a_name(*letter)) {
            name.push(letter);
        }
        name
    }

    fn home_follows(&mut self) -> bool {
        let next = self.rest.peek().copied();
        next.is_none_or(|next| matches!(next, '/' | ' ' | '\t' | '\n' | ';' | '&' | '|' | '>'))
    }
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Whether a variable may have this name.
pub(crate) fn is_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|first| !first.is_ascii_digit()) && text.chars().all(is_of_a_name)
}
