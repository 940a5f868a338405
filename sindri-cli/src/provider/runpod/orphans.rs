//! Everything of the account that carries our marker.

use super::{MARKER, Runpod};
use crate::error::Result;
use crate::plan::Rate;
use crate::state::{Marked, MarkedKind, Marker};

impl Runpod {
    /// Pods with our marker, and network volumes with a name that `deploy` gives.
    pub(crate) async fn marked(&self) -> Result<Vec<Marked>> {
        let (pods, volumes) = tokio::try_join!(self.pods(), self.volumes())?;
        let pods = pods.into_iter().filter_map(|pod| {
            let marker = pod.env.get(MARKER)?.expose().to_owned();
            Some(Marked {
                kind: MarkedKind::Pod,
                name: pod.name,
                project: None,
                marker: Marker::Id(marker),
                created_at: Some(pod.created_at),
                state: Some(pod.state.as_str().to_owned()),
                usd_per_hour: Some(pod.usd_per_hour),
                id: pod.id,
            })
        });
        let volumes = volumes.into_iter().filter_map(|volume| {
            let (_, begins) = made_for(&volume.name)?;
            Some(Marked {
                kind: MarkedKind::Volume,
                marker: Marker::Begins(begins.to_owned()),
                project: None,
                created_at: None,
                state: None,
                usd_per_hour: volume.size_gb.0.map(|gb| Rate::network_volume(gb).running),
                id: volume.id,
                name: volume.name,
            })
        });
        Ok(pods.chain(volumes).collect())
    }
}

/// The deployment that a network volume was made for, by the form of its name: its name, and the first
/// characters of its marker.
pub(crate) fn made_for(volume: &str) -> Option<(&str, &str)> {
    let (name, begins) = volume.rsplit_once("-data-")?;
    let is_begin = begins.len() == 6 && begins.chars().all(|c| c.is_ascii_hexdigit());
    (is_begin && !name.is_empty()).then_some((name, begins))
}

#[cfg(test)]
mod tests {
    use super::made_for;

    #[test]
    fn a_volume_made_by_deploy_names_its_deployment() {
        assert_eq!(made_for("my-app-data-ab12cd"), Some(("my-app", "ab12cd")));
        for other in [
            "data",
            "my-data-1",
            "-data-ab12cd",
            "a-data-ab-2cd",
            "a-data-xyzxyz",
        ] {
            assert_eq!(made_for(other), None, "{other}");
        }
    }
}
