//! The descriptors of a process: numbers, and what they refer to.

use std::sync::{Arc, Weak};

use sandbox_fs::Errno;

use crate::description::Description;

/// The highest number there may be, and one more.
const LIMIT: i32 = 1_048_576;

/// How many may be open at a time.
pub const MAX_OPEN: usize = 1_024;

/// What `/proc` tells of a descriptor, which this does not keep open.
#[derive(Debug, Clone)]
pub(crate) struct ShownDescriptor {
    pub(crate) number: i32,
    /// The description's name.
    pub(crate) name: String,
    /// Whether that is no path.
    pub(crate) is_pipe: bool,
    pub(crate) description: Weak<Description>,
}

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
    /// `EBADF` for a number that cannot be, `EMFILE` where too many are open.
    pub fn set(
        &mut self,
        number: i32,
        description: Arc<Description>,
    ) -> Result<Option<Arc<Description>>, Errno> {
        if !(0..LIMIT).contains(&number) {
            return Err(Errno::EBADF);
        }
        let is_full = self.0.len() >= MAX_OPEN;
        Ok(match self.0.iter_mut().find(|(known, _)| *known == number) {
            Some((_, before)) => Some(std::mem::replace(before, description)),
            None if is_full => return Err(Errno::EMFILE),
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
    ///
    /// # Errors
    ///
    /// `EMFILE` where too many are open.
    pub fn add(&mut self, least: i32, description: Arc<Description>) -> Result<i32, Errno> {
        if self.0.len() >= MAX_OPEN {
            return Err(Errno::EMFILE);
        }
        let number = self.lowest_free(least);
        self.0.push((number, description));
        Ok(number)
    }

    fn lowest_free(&self, least: i32) -> i32 {
        let mut taken = [false; MAX_OPEN];
        for (number, _) in &self.0 {
            if let Some(place) = usize::try_from(number - least).ok().and_then(|place| taken.get_mut(place)) {
                *place = true;
            }
        }
        // Fewer are open than there are places.
        let free = taken.iter().position(|taken| !taken).unwrap_or_default();
        least + free as i32
    }

    /// What `/proc` tells of them.
    pub(crate) fn shown(&self) -> Vec<ShownDescriptor> {
        let shown = |(number, description): &(i32, Arc<Description>)| ShownDescriptor {
            number: *number,
            name: description.name.clone(),
            is_pipe: description.name.starts_with("pipe:"),
            description: Arc::downgrade(description),
        };
        self.0.iter().map(shown).collect()
    }

    /// The numbers that are open, ascending.
    pub fn numbers(&self) -> Vec<i32> {
        let mut numbers: Vec<_> = self.0.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Device;

    fn null() -> Arc<Description> {
        Description::device(Device::Null, true, true, "/dev/null".to_owned())
    }

    #[test]
    fn the_lowest_free_number_is_taken_until_too_many_are_open() {
        let mut descriptors = Descriptors::standard(null(), null(), null());
        assert_eq!(descriptors.add(1, null()), Ok(3));
        assert_eq!(descriptors.add(10, null()), Ok(10));
        assert_eq!(descriptors.add(10, null()), Ok(11));
        descriptors.close(10);
        assert_eq!(descriptors.add(10, null()), Ok(10));
        while descriptors.numbers().len() < MAX_OPEN {
            descriptors.add(10, null()).unwrap();
        }
        assert_eq!(descriptors.add(0, null()), Err(Errno::EMFILE));
        assert_eq!(descriptors.set(5, null()).err(), Some(Errno::EMFILE));
        assert!(descriptors.set(2, null()).is_ok());
    }
}
