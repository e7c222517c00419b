//! The descriptors of a process: numbers, and what they refer to.

use std::sync::Arc;

use sandbox_fs::Errno;

use crate::description::Description;

/// The highest number there may be, and one more.
const LIMIT: i32 = 1_048_576;

/// Numbers and what they refer to. A copy is what a child gets.
#[derive(Debug, Clone, Default)]
pub struct Descriptors(Vec<(i32, Arc<Description>)>);

impl Descriptors {
    /// The three that every program begins with.
    pub fn standard(stdin: Arc<Description>, stdout: Arc<Description>, stderr: Arc<Description>) -> Self {
        Self(vec![(0, stdin), (1, stdout), (2, stderr)])
    }

    /// What a number refers to.
    ///
    /// # Errors
    ///
    /// `EBADF` where it is closed.
    pub fn get(&self, number: i32) -> Result<&Arc<Description>, Errno> {
        self.0
            .iter()
            .find(|(known, _)| *known == number)
            .map(|(_, description)| description)
            .ok_or(Errno::EBADF)
    }

    /// Lets a number refer to something, and gives what it was before.
    ///
    /// # Errors
    ///
    /// `EBADF` for a number that cannot be.
    pub fn set(
        &mut self,
        number: i32,
        description: Arc<Description>,
    ) -> Result<Option<Arc<Description>>, Errno> {
        if !(0..LIMIT).contains(&number) {
            return Err(Errno::EBADF);
        }
        Ok(match self.0.iter_mut().find(|(known, _)| *known == number) {
            Some((_, before)) => Some(std::mem::replace(before, description)),
            None => {
                self.0.push((number, description));
                None
            }
        })
    }

    /// Closes a number, and gives what it was.
    pub fn close(&mut self, number: i32) -> Option<Arc<Description>> {
        let place = self.0.iter().position(|(known, _)| *known == number)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Lets the lowest free number from `least` on refer to something.
    pub fn add(&mut self, least: i32, description: Arc<Description>) -> i32 {
        let number = (least..).find(|number| self.get(*number).is_err()).unwrap_or(least);
        self.0.push((number, description));
        number
    }

    /// The numbers that are open, ascending.
    pub fn numbers(&self) -> Vec<i32> {
        let mut numbers: Vec<_> = self.0.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers
    }
}
