//! Assignments of the syntax tree, and lists.

use sandbox_kernel::Pace;

use super::assign::AssignError;
use super::elements::ArrayElement;
use crate::state::{Associative, Flow, Shell, Value};
use crate::syntax::{Assignment, AssignmentValue, Element};

impl Shell {
    /// Expands and does an assignment. An error is told, and gives up the command line.
    ///
    /// # Errors
    ///
    /// See [`Shell::assign_failed`], and those of expansions.
    pub async fn run_assignment(&mut self, assignment: &Assignment) -> Flow<()> {
        let result = self.try_assignment(assignment).await?;
        result.map_err(|error| self.assign_failed(&error))
    }

    /// Expands and does an assignment. An error is not told.
    ///
    /// # Errors
    ///
    /// Those of expansions.
    pub async fn try_assignment(&mut self, assignment: &Assignment) -> Flow<Result<(), AssignError>> {
        let Assignment { name, subscript, append, value } = assignment;
        match value {
            AssignmentValue::Scalar(word) => {
                let value = self.expand_text(word).await?;
                let Some(written) = subscript else {
                    return Ok(self.assign(name, None, value, *append));
                };
                let subscript = self.expand_text(written).await?;
                let result = self.assign(name, Some(&subscript), value, *append);
                Ok(result.map_err(|error| match error {
                    AssignError::BadSubscript(_) => {
                        AssignError::BadSubscript(format!("{name}[{}]", written.source))
                    }
                    error => error,
                }))
            }
            AssignmentValue::Array(_) if subscript.is_some() => {
                let written = subscript.as_ref().map_or("", |written| &*written.source);
                Ok(Err(AssignError::ListToMember(format!("{name}[{written}]"))))
            }
            AssignmentValue::Array(elements) => {
                let elements = self.expand_elements(elements).await?;
                Ok(self.assign_elements(name, elements, *append).await)
            }
        }
    }

    /// The elements that are between the parentheses of `name=(…)`, expanded.
    ///
    /// # Errors
    ///
    /// Those of expansions.
    pub async fn expand_elements(&mut self, elements: &[Element]) -> Flow<Vec<ArrayElement>> {
        let mut expanded = Vec::with_capacity(elements.len());
        for element in elements {
            let Some(subscript) = &element.subscript else {
                let words = self.expand_words(std::slice::from_ref(&element.value)).await?;
                expanded.extend(words.into_iter().map(ArrayElement::from));
                continue;
            };
            let subscript = self.expand_text(subscript).await?;
            let value = self.expand_text(&element.value).await?;
            expanded.push(ArrayElement { subscript: Some(subscript), append: element.append, value });
        }
        Ok(expanded)
    }

    /// Assigns a list: `name=(…)` or, to add to what there is, `name+=(…)`. An associative array stays one, and takes
    /// elements without subscripts as keys and values in turn; anything else becomes an indexed array.
    ///
    /// # Errors
    ///
    /// See [`AssignError`].
    pub async fn assign_elements(
        &mut self,
        name: &str,
        elements: Vec<ArrayElement>,
        append: bool,
    ) -> Result<(), AssignError> {
        let name = &*self.referred(name).into_owned();
        if self.variables.get(name).is_none() && self.assign_dynamic(name, None, "")? {
            return Ok(());
        }
        self.changeable(name)?;
        let is_associative = self.is_associative(name);
        let variable = self.variables.get_or_make(name);
        variable.attributes.bare = false;
        match (is_associative, append) {
            (true, true) => {}
            (true, false) => variable.value = Value::Associative(Associative::default()),
            (false, true) => {
                variable.make_indexed();
            }
            (false, false) => variable.value = Value::Indexed(Default::default()),
        }
        let result = match is_associative {
            true => self.put_pairs(name, elements).await,
            false => self.put_elements(name, elements).await,
        };
        self.assigned(name);
        result
    }

    async fn put_elements(&mut self, name: &str, elements: Vec<ArrayElement>) -> Result<(), AssignError> {
        let mut next =
            self.variables.get_or_make(name).make_indexed().last_key_value().map_or(0, |(last, _)| last + 1);
        let mut pace = Pace::default();
        for ArrayElement { subscript, append, value } in elements {
            pace.did(8).await;
            if let Some(subscript) = &subscript {
                next = match self.index(name, subscript) {
                    Ok(index) if !subscript.is_empty() => index,
                    Ok(_) | Err(AssignError::BadSubscript(_)) => {
                        self.complain(format!("[{subscript}]={value}: bad array subscript"));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
            }
            self.room_for(&value).map_err(AssignError::Unwind)?;
            let attributes = self.changeable(name)?;
            let value = match append {
                true => self.appended(name, Some(&next.to_string()), value)?,
                false => self.shaped(attributes, value)?,
            };
            self.put_index(name, next, value);
            next = next.saturating_add(1);
        }
        Ok(())
    }

    async fn put_pairs(&mut self, name: &str, elements: Vec<ArrayElement>) -> Result<(), AssignError> {
        let mut elements = elements.into_iter();
        let mut pace = Pace::default();
        while let Some(element) = elements.next() {
            pace.did(8).await;
            let (key, value) = match element.subscript {
                Some(key) => (key, element.value),
                None => (element.value, elements.next().map(|next| next.value).unwrap_or_default()),
            };
            if key.is_empty() {
                self.complain(format!("[{key}]={value}: bad array subscript"));
                continue;
            }
            self.room_for(&value).map_err(AssignError::Unwind)?;
            let attributes = self.changeable(name)?;
            let value = match element.append {
                true => self.appended(name, Some(&key), value)?,
                false => self.shaped(attributes, value)?,
            };
            self.put_key(name, key, value);
        }
        Ok(())
    }
}
