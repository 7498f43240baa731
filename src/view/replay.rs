//! A verdict of the past, made again: the same, or what has changed since.

use super::View;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use serde::Serialize;

/// Differences that are listed.
const MOST_DIFFERENCES: usize = 100;

/// A value that is another now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Difference {
    /// Where in the verdict: a JSON pointer.
    pub path: String,
    /// What it was; `null` where it was not there.
    #[cfg_attr(test, ts(type = "unknown"))]
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub was: Input,
    /// What it is now; `null` where it is not there any more.
    #[cfg_attr(test, ts(type = "unknown"))]
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub now: Input,
}

/// Whether a verdict of the past would be given again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// It would, in every word.
    pub same: bool,
    /// What is another now, at most 100 of them: of the facts, the policy, or the engine.
    pub differences: Vec<Difference>,
}

impl View<'_> {
    /// Decides again what `{ request, verdict }` records, and compares.
    pub fn replay(self, record: &Input) -> Result<Replay, GuestfolioError> {
        let mut fields = Argument::root(record).fields()?;
        let (request, verdict) = (fields.required("request")?, fields.required("verdict")?);
        fields.finish()?;
        let Input::Object(members) = verdict.value else {
            return Err(verdict.error(ErrorCode::WrongType, "must be a verdict"));
        };
        let id = members.iter().find(|(name, _)| name == "paymentId").map(|(_, id)| id);
        let Some(Input::Text(id)) = id else {
            let path = format!("{}/paymentId", verdict.path);
            return Err(GuestfolioError::new(ErrorCode::MissingField, path, "`paymentId` is required"));
        };
        let now = self.decide_refund(id, request.value, None);
        let now = now.map_err(|error| {
            GuestfolioError::new(error.code(), format!("{}{}", request.path, error.path()), error.message())
        })?;
        let text = serde_json::to_string(&now).unwrap_or_default();
        let mut differences = Vec::new();
        compare(verdict.value, &Input::from_json(&text)?, String::new(), &mut differences);
        Ok(Replay { schema_version: SchemaVersion::default(), same: differences.is_empty(), differences })
    }
}

fn compare(was: &Input, now: &Input, path: String, differences: &mut Vec<Difference>) {
    let member = |list: &[(String, Input)], name: &str| {
        list.iter().find(|(known, _)| known == name).map_or(Input::Null, |(_, value)| value.clone())
    };
    match (was, now) {
        (Input::Object(old), Input::Object(new)) => {
            let added = new.iter().filter(|(name, _)| old.iter().all(|(known, _)| known != name));
            for (name, _) in old.iter().chain(added) {
                compare(
                    &member(old, name),
                    &member(new, name),
                    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")),
                    differences,
                );
            }
        }
        (Input::List(old), Input::List(new)) => {
            for index in 0..old.len().max(new.len()) {
                let at = |list: &[Input]| list.get(index).cloned().unwrap_or_default();
                compare(&at(old), &at(new), format!("{path}/{index}"), differences);
            }
        }
        _ if was == now || differences.len() >= MOST_DIFFERENCES => {}
        _ => differences.push(Difference { path, was: was.clone(), now: now.clone() }),
    }
}
