//! Spans of time of the calendar, in UTC: hours, days, weeks from Monday, months and years.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Length of the span of time of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bucket {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Bucket {
    /// `day` unless the text says otherwise.
    pub(crate) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("hour") => Self::Hour,
            Some("week") => Self::Week,
            Some("month") => Self::Month,
            Some("year") => Self::Year,
            Some(_) | None => Self::Day,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Begin and end of the bucket that an instant is in, all in milliseconds since 1970. At the edge
    /// of the calendar, all the rest.
    pub(crate) fn around(self, at: i64) -> (i64, i64) {
        const HOUR: i64 = 3_600_000;
        if self == Self::Hour {
            let begin = at - at.rem_euclid(HOUR);
            return (begin, begin + HOUR);
        }
        let Ok(instant) = Timestamp::from_millisecond(at) else {
            return (at, i64::MAX);
        };
        let (first, length) = self.dates(instant.to_zoned(TimeZone::UTC).date());
        let after = first.checked_add(length).ok();
        let midnight = |date: Date| {
            let zoned = date.to_zoned(TimeZone::UTC).ok()?;
            Some(zoned.timestamp().as_millisecond())
        };
        (
            midnight(first).unwrap_or(at),
            after.and_then(midnight).unwrap_or(i64::MAX),
        )
    }

    /// The first day of the bucket that a day is in, and the bucket's length.
    fn dates(self, date: Date) -> (Date, Span) {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        match self {
            Self::Hour | Self::Day => (date, Span::new().days(1)),
            Self::Week => (
                date.saturating_sub(Span::new().days(back)),
                Span::new().weeks(1),
            ),
            Self::Month => (date.first_of_month(), Span::new().months(1)),
            Self::Year => (date.first_of_year(), Span::new().years(1)),
        }
    }
}

/// An instant as answers write it.
pub(crate) fn written(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_of_the_calendar() {
        let check = |bucket: Bucket, at: &str, begin: &str, end: &str| {
            let at: Timestamp = at.parse().unwrap();
            let (from, to) = bucket.around(at.as_millisecond());
            assert_eq!(
                (written(from), written(to)),
                (begin.into(), end.into()),
                "{at}"
            );
        };
        let noon = "2026-11-05T12:34:56.789Z";
        check(
            Bucket::Hour,
            noon,
            "2026-11-05T12:00:00Z",
            "2026-11-05T13:00:00Z",
        );
        check(
            Bucket::Day,
            noon,
            "2026-11-05T00:00:00Z",
            "2026-11-06T00:00:00Z",
        );
        check(
            Bucket::Week,
            noon,
            "2026-11-02T00:00:00Z",
            "2026-11-09T00:00:00Z",
        );
        check(
            Bucket::Month,
            noon,
            "2026-11-01T00:00:00Z",
            "2026-12-01T00:00:00Z",
        );
        check(
            Bucket::Year,
            noon,
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        );
        let monday = "2026-11-02T00:00:00Z";
        check(Bucket::Week, monday, monday, "2026-11-09T00:00:00Z");
        check(Bucket::Hour, monday, monday, "2026-11-02T01:00:00Z");
        let leap = "2028-02-29T23:59:59Z";
        check(
            Bucket::Month,
            leap,
            "2028-02-01T00:00:00Z",
            "2028-03-01T00:00:00Z",
        );
    }
}
