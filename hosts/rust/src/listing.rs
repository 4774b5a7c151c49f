//! Lists of the library, read page by page.

use crate::error::Result;

const PAGE: usize = 64;

/// Items of a list, read from the library as they are asked for. Ends behind the first error.
pub struct Listing<'state, T> {
    #[allow(clippy::type_complexity)]
    read: Box<dyn FnMut(&mut u64, &mut [T]) -> Result<usize> + 'state>,
    cursor: u64,
    page: Vec<T>,
    next: usize,
    filled: usize,
    ended: bool,
}

impl<'state, T: Default + Copy> Listing<'state, T> {
    pub(crate) fn new(cursor: u64, read: impl FnMut(&mut u64, &mut [T]) -> Result<usize> + 'state) -> Self {
        let page = vec![T::default(); PAGE];
        Self { read: Box::new(read), cursor, page, next: 0, filled: 0, ended: false }
    }
}

impl<T: Copy> Iterator for Listing<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.filled && !self.ended {
            self.next = 0;
            match (self.read)(&mut self.cursor, &mut self.page) {
                Ok(filled) => self.filled = filled,
                Err(error) => {
                    (self.filled, self.ended) = (0, true);
                    return Some(Err(error));
                }
            }
            self.ended = self.filled == 0;
        }
        let item = self.page[..self.filled].get(self.next).copied();
        self.next += usize::from(item.is_some());
        item.map(Ok)
    }
}
