//! Reports as text for people.

use jiff::Timestamp;

use super::harmless::one_line;
use super::paint::{Ink, Palette};
use super::report::{
    ChangeReport, CostSoFar, CoverageReport, DeployReport, Kept, LogReport, SandboxReport,
    StatusReport, Timestamps, ValidateReport, VersionReport,
};
use super::text::Text;

/// A report that people can read.
pub(crate) trait Human {
    /// The text.
    fn human(&self, palette: Palette) -> Text;
}

/// A price: two digits at least, four at most.
pub(super) fn usd(value: f64) -> String {
    let mut text = format!("{value:.4}");
    while text.ends_with('0') && text.rfind('.').is_some_and(|dot| text.len() - dot > 3) {
        text.pop();
    }
    format!("${text}")
}

/// An instant to the second; a text that is none stays as it is.
fn instant(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Lines of `name  value`, the values below each other.
#[derive(Default)]
struct Table(Vec<(String, String)>);

impl Table {
    fn row(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    fn optional(&mut self, name: &str, value: Option<&String>) -> &mut Self {
        if let Some(value) = value {
            self.row(name, value);
        }
        self
    }

    fn text(&self, palette: Palette) -> Text {
        let names = self.0.iter().map(|(name, _)| name.len());
        let width = names.max().unwrap_or_default();
        let mut text = Text::default();
        for (name, value) in &self.0 {
            let name = palette.paint(Ink::Faint, &format!("{name:<width$}"));
            text.line(format!("  {name}  {}", one_line(value)));
        }
        text
    }
}

/// The state, as people say it.
fn state(state: &str, palette: Palette) -> String {
    match state {
        "notdeployed" => palette.paint(Ink::Strong, "not deployed"),
        "running" => palette.paint(Ink::Good, state),
        "error" => palette.paint(Ink::Error, state),
        other => palette.paint(Ink::Strong, other),
    }
}

impl Human for StatusReport {
    fn human(&self, palette: Palette) -> Text {
        let mut text = Text::new(format!("{}: {}", self.name, state(self.state, palette)));
        let mut table = status_table(self);
        if let Some(cost) = &self.cost_so_far {
            table.row("so far", so_far(cost));
        }
        text.lines(&table.text(palette));
        text.lines(&notes(&self.notes));
        text
    }
}

/// `$1.23 in 2 h 05 min`, and what that is worth.
fn so_far(cost: &CostSoFar) -> String {
    let minutes = cost.seconds / 60;
    let time = match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{} s", cost.seconds),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    };
    format!("{} in {time}: {}", usd(cost.usd), cost.basis)
}

fn status_table(status: &StatusReport) -> Table {
    let detail = |name: &str| status.details.get(name);
    let mut table = Table::default();
    let kind = match status.provider {
        "northflank" => "service",
        _ => "pod",
    };
    table.optional(kind, status.instance_id.as_ref());
    for name in ["project", "compute_plan", "instances", "scaling"] {
        table.optional(&name.replace('_', " "), detail(name));
    }
    table.optional("image", status.image.as_ref());
    match (detail("gpu_count"), detail("gpu_type"), detail("cpu")) {
        (Some(count), Some(gpu), _) => {
            table.row("GPU", format!("{count} × {gpu}"));
        }
        (_, _, cpu) => {
            table.optional("CPU", cpu);
        }
    }
    let place = [detail("cloud"), detail("data_center")];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    if !place.is_empty() {
        table.row("place", place.join(", "));
    }
    table.optional("volume", detail("volume"));
    if let Some(cost) = detail("cost_per_hr") {
        let price = cost.parse().map_or_else(|_| format!("${cost}"), usd);
        table.row("cost", format!("{price}/h for compute"));
    }
    let Timestamps {
        created_at,
        started_at,
        ..
    } = &status.timestamps;
    for (name, time) in [("created", created_at), ("started", started_at)] {
        table.optional(name, time.as_deref().map(instant).as_ref());
    }
    for address in &status.addresses {
        let note = address.note.map(|note| format!("  ({note})"));
        table.row(
            address.kind,
            format!("{}{}", address.value, note.unwrap_or_default()),
        );
    }
    table
}

fn notes(notes: &[String]) -> Text {
    let mut text = Text::default();
    for note in notes {
        text.line(format!("note: {note}"));
    }
    text
}

/// What is still there, and bills.
fn kept(kept: &[Kept]) -> Text {
    let mut text = Text::default();
    for kept in kept {
        // A volume that was only seen as a mount: how large it is, and so its price, was not asked.
        let bills = match kept.usd_per_hour {
            None => "bills until it is deleted".to_owned(),
            Some(0.0) => "bills nothing by itself".to_owned(),
            Some(price) => format!("bills {}/h", usd(price)),
        };
        text.line(format!("kept: {}, {bills}; {}", kept.resource, kept.remove));
    }
    text
}

impl Human for DeployReport {
    fn human(&self, palette: Palette) -> Text {
        let status = &self.status;
        let what = match (self.ready, self.applied.is_empty()) {
            (false, true) if self.idle => "is up to date, with 0 instances: nothing runs",
            (false, false) if self.idle => {
                "is there with 0 instances: nothing runs, and compute bills nothing; write `instances: 1`, \
                 then `sindri deploy` starts it"
            }
            (true, true) => "is up to date, nothing to do",
            (true, false) => "is ready",
            (false, _) => "was accepted; it is not ready yet, `sindri status` shows when",
        };
        let ink = if self.ready { Ink::Good } else { Ink::Warning };
        let name = palette.paint(Ink::Strong, &status.name);
        let mut text = Text::new(format!("{name} {}", palette.paint(ink, what)));
        let mut table = status_table(status);
        table.optional("terminal", self.web_terminal.as_ref());
        table.row("secrets", self.secrets.to_string());
        table.row(
            "state file",
            self.state_file.as_deref().unwrap_or("not written"),
        );
        text.lines(&table.text(palette));
        text.lines(&kept(&self.kept));
        // With something to do, they were shown with the plan.
        if self.applied.is_empty() {
            text.lines(&notes(&status.notes));
        }
        text
    }
}

impl Human for ChangeReport {
    fn human(&self, palette: Palette) -> Text {
        let ink = if self.changed { Ink::Good } else { Ink::Strong };
        let mut text = Text::new(palette.paint(ink, &self.message));
        text.lines(&kept(&self.kept));
        text.lines(&notes(&self.notes));
        text
    }
}

impl Human for ValidateReport {
    fn human(&self, palette: Palette) -> Text {
        let valid = palette.paint(Ink::Good, "is valid");
        let mut text = Text::new(format!("{} {valid}", self.file));
        let mut table = Table::default();
        table.row("name", &self.name).row("provider", self.provider);
        table.optional("profile", self.profile.as_ref());
        text.lines(&table.text(palette));
        text
    }
}

impl Human for VersionReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(format!(
            "sindri {} ({} {})",
            self.version, self.os, self.arch
        ))
    }
}

/// Lines for a shell: `eval "$(…)"` or copy and paste.
impl Human for SandboxReport {
    fn human(&self, _palette: Palette) -> Text {
        let mut text = Text::new(format!("export RUNPOD_API_BASE_URL={}", self.base_url));
        text.line(format!("export RUNPOD_API_KEY={}", self.api_key));
        text.line(format!("export NORTHFLANK_API_BASE_URL={}", self.base_url));
        text.line(format!("export NORTHFLANK_API_TOKEN={}", self.api_key));
        text
    }
}

impl Human for LogReport {
    fn human(&self, palette: Palette) -> Text {
        let mut text = String::new();
        if self.timestamps {
            let ts = self.ts.as_deref().unwrap_or("-");
            text.push_str(&palette.paint(Ink::Faint, ts));
            text.push(' ');
        }
        if self.source.as_deref() == Some("system") {
            text.push_str(&palette.paint(Ink::Faint, "[system] "));
        }
        text.push_str(&palette.foreign(&self.line));
        Text::new(text)
    }
}

impl Human for CoverageReport {
    fn human(&self, palette: Palette) -> Text {
        let mut text = Text::default();
        for row in &self.operations {
            let mark = if row.modelled { "yes" } else { "no " };
            let ink = if row.modelled {
                Ink::Faint
            } else {
                Ink::Warning
            };
            let mark = palette.paint(ink, mark);
            text.line(format!(
                "{mark}  {:<6} {:<55} {}",
                row.method, row.path, row.operation
            ));
        }
        // Rows of a provider stand together.
        for rows in self.operations.chunk_by(|a, b| a.provider == b.provider) {
            let modelled = rows.iter().filter(|row| row.modelled).count();
            let provider = rows.first().map(|row| row.provider).unwrap_or_default();
            let all = rows.len();
            text.line(format!(
                "{modelled} of {all} operations of {provider} are modelled"
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_so_far_is_told_with_its_time_and_what_it_stands_on() {
        let check = |seconds, expected: &str| {
            let cost = CostSoFar {
                usd: 1.5,
                since: String::new(),
                seconds,
                usd_per_hour: 0.5,
                basis: "a guess",
            };
            assert_eq!(so_far(&cost), format!("$1.50 in {expected}: a guess"));
        };
        check(0, "0 s");
        check(59, "59 s");
        check(60, "1 min");
        check(3600, "1 h 00 min");
        check(7_500, "2 h 05 min");
        check(360_000, "100 h 00 min");
    }

    #[test]
    fn a_price_has_two_digits_at_least_and_no_trailing_zeros() {
        let check = |value, expected| assert_eq!(usd(value), expected);
        check(0.4, "$0.40");
        check(0.0, "$0.00");
        check(0.39686, "$0.3969");
        check(12.345, "$12.345");
        check(0.000_004, "$0.00");
    }
}
