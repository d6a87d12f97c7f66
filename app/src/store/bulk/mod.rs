//! The same for many rows in one statement: what a slice of the journal needs. A statement costs more than its row.
//!
//! Each different text is prepared anew and kept, so lists come in few lengths: rows to write are cut into runs of powers
//! of two, ids to look for are padded to one by repeating the last.

pub mod contacts;
pub mod conversations;
pub mod messages;

/// Rows in one statement. With the widest table's columns far below SQLite's 32,766 parameters.
const RUN: usize = 64;

/// Cuts rows into runs whose lengths are powers of two.
pub(in crate::store) fn runs<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = 1 << rows.len().min(RUN).checked_ilog2()?;
        let (run, rest) = rows.split_at(length);
        rows = rest;
        Some(run)
    })
}

/// Lists of ids to look for, each padded to a power of two.
pub(in crate::store) fn padded<T: Clone>(ids: &[T]) -> impl Iterator<Item = Vec<T>> {
    ids.chunks(RUN).map(|chunk| {
        let mut list = chunk.to_vec();
        if let Some(last) = chunk.last() {
            list.resize(chunk.len().next_power_of_two(), last.clone());
        }
        list
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_run() {
        for count in [0, 1, 2, 3, 63, 64, 65, 100, 1_000] {
            let rows: Vec<usize> = (0..count).collect();
            let cut: Vec<&[usize]> = runs(&rows).collect();
            assert_eq!(cut.concat(), rows, "{count}");
            assert!(cut.iter().all(|run| run.len().is_power_of_two() && run.len() <= RUN), "{count}");
        }
    }

    #[test]
    fn lists_are_padded_with_their_last() {
        for (ids, expected) in [(vec![], vec![]), (vec![1], vec![vec![1]]), (vec![1, 2, 3], vec![vec![1, 2, 3, 3]])] {
            assert_eq!(padded(&ids).collect::<Vec<_>>(), expected);
        }
        let many: Vec<usize> = (0..70).collect();
        assert_eq!(padded(&many).map(|list| list.len()).collect::<Vec<_>>(), [64, 8]);
    }
}
