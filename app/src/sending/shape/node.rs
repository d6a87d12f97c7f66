//! A JSON object that knows its path, so that whatever is wrong in it can be named.

use serde_json::{Map, Value};

use crate::error::{AppError, FieldProblem};

pub struct Node<'a> {
    pub path: String,
    fields: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    /// # Errors
    /// It is no object, or has a key that is not among `keys`.
    pub fn of(path: impl Into<String>, value: &'a Value, keys: &[&str]) -> Result<Self, AppError> {
        let path = path.into();
        let Value::Object(fields) = value else { return Err(AppError::invalid(&path, FieldProblem::Malformed)) };
        match fields.keys().find(|key| !keys.contains(&key.as_str())) {
            Some(key) => Err(AppError::invalid(&format!("{path}.{key}"), FieldProblem::Unknown)),
            None => Ok(Self { path, fields }),
        }
    }

    pub fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    /// # Errors
    /// It is no text.
    pub fn maybe(&self, key: &str) -> Result<Option<&'a str>, AppError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(AppError::invalid(&self.at(key), FieldProblem::Malformed)),
        }
    }

    /// A text; empty when there is none.
    ///
    /// # Errors
    /// It is no text.
    pub fn text(&self, key: &str) -> Result<String, AppError> {
        Ok(self.maybe(key)?.unwrap_or_default().to_owned())
    }

    /// # Errors
    /// It is no text.
    pub fn owned(&self, key: &str) -> Result<Option<String>, AppError> {
        Ok(self.maybe(key)?.map(str::to_owned))
    }

    /// A number, written as one or as text; empty when there is none.
    ///
    /// # Errors
    /// It is neither.
    pub fn number(&self, key: &str) -> Result<String, AppError> {
        match self.get(key) {
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => self.text(key),
        }
    }

    /// # Errors
    /// It is no object, or has a key that is not among `keys`.
    pub fn object(&self, key: &str, keys: &[&str]) -> Result<Option<Node<'a>>, AppError> {
        self.get(key).map(|value| Node::of(self.at(key), value, keys)).transpose()
    }

    /// # Errors
    /// It is missing, no object, or has a key that is not among `keys`.
    pub fn needed(&self, key: &str, keys: &[&str]) -> Result<Node<'a>, AppError> {
        self.object(key, keys)?.ok_or(AppError::invalid(&self.at(key), FieldProblem::Missing))
    }

    /// The objects of a list; none when there is no list.
    ///
    /// # Errors
    /// It is no list, or one of its entries is no object of these keys.
    pub fn list(&self, key: &str, keys: &[&str]) -> Result<Vec<Node<'a>>, AppError> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(value) => Node::all(&self.at(key), value, keys),
        }
    }

    /// # Errors
    /// It is no list, or one of its entries is no object of these keys.
    pub fn all(path: &str, value: &'a Value, keys: &[&str]) -> Result<Vec<Node<'a>>, AppError> {
        let Value::Array(values) = value else { return Err(AppError::invalid(path, FieldProblem::Malformed)) };
        values.iter().enumerate().map(|(at, value)| Node::of(format!("{path}[{at}]"), value, keys)).collect()
    }
}
