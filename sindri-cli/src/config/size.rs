//! Amounts of memory and storage: `16GB`, `512MB`.

use std::fmt;

/// An amount with its unit; units count by 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    megabytes: u32,
}

impl Size {
    /// Reads digits and `MB` or `GB`, nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (digits, factor) = match (text.strip_suffix("GB"), text.strip_suffix("MB")) {
            (Some(digits), _) => (digits, 1024),
            (None, Some(digits)) => (digits, 1),
            (None, None) => return None,
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let megabytes = digits.parse::<u32>().ok()?.checked_mul(factor)?;
        Some(Self { megabytes })
    }

    /// What was probably meant by text of another form.
    pub(super) fn repair(text: &str) -> Option<String> {
        let text = text.trim();
        let number_end = text
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(number_end)?;
        let megabytes = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "g" | "gb" | "gi" | "gib" => 1024.0,
            "m" | "mb" | "mi" | "mib" => 1.0,
            "t" | "tb" | "ti" | "tib" => 1024.0 * 1024.0,
            _ => return None,
        };
        let amount = number.parse::<f64>().ok()? * megabytes;
        if !(1.0..=1e9).contains(&amount) {
            return None;
        }
        let gigabytes = amount / 1024.0;
        Some(if (gigabytes - gigabytes.round()).abs() < 1e-9 {
            format!("{gigabytes:.0}GB")
        } else {
            format!("{amount:.0}MB")
        })
    }

    /// Whole GB, rounded up.
    pub(super) const fn gb_rounded_up(self) -> u32 {
        self.megabytes.div_ceil(1024)
    }

    pub(super) const fn megabytes(self) -> u32 {
        self.megabytes
    }

    pub(super) const fn is_zero(self) -> bool {
        self.megabytes == 0
    }
}

/// In GB where that is exact.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.megabytes.is_multiple_of(1024) {
            write!(f, "{}GB", self.megabytes / 1024)
        } else {
            write!(f, "{}MB", self.megabytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_and_a_unit_are_a_size() {
        let check = |text: &str, expected: Option<u32>| {
            assert_eq!(Size::parse(text).map(Size::megabytes), expected, "{text}");
        };
        check("16GB", Some(16 * 1024));
        check("512MB", Some(512));
        check("0GB", Some(0));
        check("16", None);
        check("16Gi", None);
        check("16 GB", None);
        check("16gb", None);
        check("GB", None);
        check("-1GB", None);
        check("1.5GB", None);
        check("99999999999GB", None);
        check("4294967295GB", None);
    }

    #[test]
    fn other_units_are_translated_for_the_hint() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Size::repair(text).as_deref(), expected, "{text}");
        };
        check("100Gi", Some("100GB"));
        check("16", Some("16GB"));
        check("16 gb", Some("16GB"));
        check("1.5GB", Some("1536MB"));
        check("1TB", Some("1024GB"));
        check("512m", Some("512MB"));
        check("plenty", None);
        check("", None);
        check("1e999GB", None);
    }

    #[test]
    fn megabytes_round_up_to_whole_gigabytes() {
        let check = |text: &str, expected: u32| {
            assert_eq!(
                Size::parse(text).unwrap().gb_rounded_up(),
                expected,
                "{text}"
            );
        };
        check("1MB", 1);
        check("1024MB", 1);
        check("1025MB", 2);
        check("20GB", 20);
    }
}
