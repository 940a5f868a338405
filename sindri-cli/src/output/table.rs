//! Rows below each other.

use comfy_table::{ContentArrangement, Table, presets};

use super::harmless::one_line;
use super::text::Text;

/// Rows under a heading, in columns as wide as they need to be. A terminal that is narrower wraps lines
/// itself: ids stay whole, so that they can be copied. No cell breaks its row, on a terminal or through a pipe.
pub(super) fn table(heading: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Text {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(heading.to_vec());
    let cells = |row: Vec<String>| -> Vec<String> {
        row.iter().map(|cell| one_line(cell).into_owned()).collect()
    };
    table.add_rows(rows.into_iter().map(cells));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
        .trim_fmt()
        .lines()
        .fold(Text::default(), |mut text, line| {
            text.line(line.trim_end());
            text
        })
}
