//! Which CUDA versions a host may have.

use crate::params::Fields;
use crate::problem::Problem;
use crate::runpod::catalog::{DataCenter, Gpu};

/// A demand on the CUDA version of a host: one of a list, or a floor, but not both.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HostCuda<'a> {
    Any,
    OneOf(Vec<&'a str>),
    AtLeast(&'a str),
}

impl<'a> HostCuda<'a> {
    /// Reads the list from `list_key` and the floor from `minCudaVersion`. An empty list demands
    /// nothing.
    pub(crate) fn read(fields: Fields<'a>, list_key: &str) -> Result<Self, Problem> {
        let list = fields.texts(list_key).filter(|list| !list.is_empty());
        match (list, fields.text("minCudaVersion")) {
            (None, None) => Ok(Self::Any),
            (Some(list), None) => Ok(Self::OneOf(list)),
            (None, Some(floor)) => Ok(Self::AtLeast(floor)),
            (Some(_), Some(_)) => Err(Problem::rule(format!(
                "only one of `{list_key}` and `minCudaVersion` may be set"
            ))),
        }
    }

    /// Whether hosts of this type in this place will do. Those of AMD cards have no CUDA.
    pub(crate) fn accepts(&self, gpu: &Gpu, place: &DataCenter) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(_) | Self::AtLeast(_) if gpu.manufacturer != "NVIDIA" => false,
            Self::OneOf(versions) => versions.contains(&place.cuda),
            Self::AtLeast(floor) => parts(place.cuda) >= parts(floor),
        }
    }
}

/// `12` counts as `12.0`, and 12.10 is above 12.9.
fn parts(version: &str) -> (u64, u64) {
    let mut numbers = version
        .split('.')
        .map(|part| part.parse().unwrap_or(u64::MAX));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(parts("12.10") > parts("12.9"));
        assert!(parts("12") == parts("12.0"));
        assert!(parts("13") > parts("12.8"));
    }
}
