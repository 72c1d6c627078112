//! Blocks as plain text: one line each, cells of a row side by side.

use super::block::{Block, Layout};

/// Cells of more weight than this hold layout, not data.
const LONGEST_CELL: u32 = 200;

/// The text of the chosen blocks. Lines end with `\n` between blocks, cells with a tab.
pub fn render(layout: &Layout, chosen: &[usize]) -> String {
    let mut text = String::new();
    let mut previous: Option<&Block> = None;
    for block in chosen.iter().filter_map(|index| layout.blocks.get(*index)) {
        match previous.and_then(|previous| columns_between(previous, block)) {
            Some(columns) => text.extend(std::iter::repeat_n('\t', columns)),
            None if text.is_empty() => {}
            None => text.push('\n'),
        }
        text.push_str(layout.text_of(block));
        previous = Some(block);
    }
    text
}

/// How many columns further to the right a cell stands in the same row of data.
fn columns_between(left: &Block, right: &Block) -> Option<usize> {
    let ((left_row, left_column), (row, column)) = (left.cell?, right.cell?);
    let is_data = left.weight <= LONGEST_CELL && right.weight <= LONGEST_CELL;
    (left_row == row && column > left_column && is_data).then(|| (column - left_column) as usize)
}
