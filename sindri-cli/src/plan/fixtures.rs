//! Observations to plan with in tests. Composed from RunPod's REST v2 reference.

use super::observed::{
    AccountKeys, Catalog, CloudOffer, ComputeSeen, CpuOffer, DataCenterSeen, Deployed, Existing,
    GpuOffer, MountSeen, Observed, PodSeen, PodState, Recorded, SentOnce, SizeSeen, SshSeen, Stock,
    StockIn,
};
use crate::config::{Config, Examination, HostFloors, Source, Validation, examine};
use crate::masked::Variables;

fn stock_in(places: &[(&str, Stock)]) -> Vec<StockIn> {
    places
        .iter()
        .map(|(id, stock)| StockIn {
            data_center: (*id).to_owned(),
            stock: *stock,
        })
        .collect()
}

/// A card in both clouds, with stock in Texas and Romania.
pub(crate) fn gpu(id: &str, memory_gb: u32, usd_per_hour: f64) -> GpuOffer {
    let offer = |usd_per_hour| CloudOffer {
        offered: true,
        usd_per_hour,
        max_count: 8,
    };
    GpuOffer {
        id: id.to_owned(),
        name: id.trim_start_matches("NVIDIA ").to_owned(),
        pool: None,
        manufacturer: "NVIDIA".to_owned(),
        memory_gb,
        secure: offer(usd_per_hour),
        community: offer(usd_per_hour / 2.0),
        stock: Stock::High,
        data_centers: stock_in(&[("US-TX-3", Stock::High), ("EU-RO-1", Stock::Low)]),
    }
}

/// The `c` family: 2 GB per vCPU.
pub(crate) fn cpu_offer(id: &str) -> CpuOffer {
    CpuOffer {
        id: id.to_owned(),
        min_vcpu: 2,
        max_vcpu: 32,
        ram_gb_per_vcpu: 2.0,
        usd_per_vcpu_hour: 0.03,
        stock: Stock::High,
        data_centers: stock_in(&[
            ("OC-AU-1", Stock::High),
            ("EU-RO-1", Stock::Medium),
            ("US-TX-3", Stock::Low),
        ]),
    }
}

/// Cards of three pools, two CPU families, and data centers of which one has no volumes.
pub(crate) fn catalog() -> Catalog {
    let in_pool = |pool: &str, gpu: GpuOffer| GpuOffer {
        pool: Some(pool.to_owned()),
        ..gpu
    };
    let place = |id: &str, has_volumes| DataCenterSeen {
        id: id.to_owned(),
        has_volumes,
    };
    Catalog {
        gpus: vec![
            in_pool("ADA_24", gpu("NVIDIA GeForce RTX 4090", 24, 0.69)),
            in_pool("AMPERE_24", gpu("NVIDIA L4", 24, 0.39)),
            in_pool("AMPERE_48", gpu("NVIDIA RTX A6000", 48, 0.49)),
            in_pool(
                "AMPERE_48",
                GpuOffer {
                    stock: Stock::None,
                    ..gpu("NVIDIA A40", 48, 0.4)
                },
            ),
            in_pool("AMPERE_80", gpu("NVIDIA A100 80GB PCIe", 80, 1.39)),
            in_pool("AMPERE_80", gpu("NVIDIA A100-SXM4-80GB", 80, 1.49)),
            GpuOffer {
                manufacturer: "AMD".to_owned(),
                ..gpu("AMD Instinct MI300X OAM", 192, 2.69)
            },
        ],
        cpus: vec![cpu_offer("cpu3c"), cpu_offer("cpu5c")],
        data_centers: vec![
            place("US-TX-3", true),
            place("US-KS-2", true),
            place("EU-RO-1", true),
            place("OC-AU-1", false),
        ],
    }
}

/// An account with a key, a catalog, and nothing deployed.
pub(crate) fn empty_account() -> Observed {
    Observed {
        catalog: Some(catalog()),
        existing: Existing::None,
        account_keys: AccountKeys::Count(1),
        ..Observed::default()
    }
}

/// The same account with this pod deployed.
pub(crate) fn with_pod(pod: PodSeen) -> Observed {
    let recorded = Recorded {
        env_names: Vec::new(),
        sent_once: Some(SentOnce {
            start_ssh: true,
            template_id: None,
            host: Some(HostFloors::default()),
        }),
    };
    let deployed = Deployed {
        pod,
        retiring: Vec::new(),
        recorded,
    };
    Observed {
        existing: Existing::Found(Box::new(deployed)),
        ..empty_account()
    }
}

/// A running pod with an L4 and a volume, as the file `gpu.yaml` of the tests asks for.
pub(crate) fn pod(id: &str) -> PodSeen {
    PodSeen {
        id: id.to_owned(),
        name: "demo".to_owned(),
        state: PodState::Running,
        actions: vec![
            "stop".to_owned(),
            "restart".to_owned(),
            "terminate".to_owned(),
        ],
        image: Some("ghcr.io/org/app:1".to_owned()),
        disk_gb: Some(50),
        ports: vec!["8888/http".to_owned(), "22/tcp".to_owned()],
        args: None,
        env: Variables::new(),
        mount: MountSeen::Pod {
            size_gb: SizeSeen(Some(20)),
            path: "/workspace".to_owned(),
        },
        compute: ComputeSeen::Gpu {
            id: "NVIDIA L4".to_owned(),
            count: 1,
        },
        cloud: "SECURE".to_owned(),
        data_center: Some("US-TX-3".to_owned()),
        usd_per_hour: 0.39,
        ssh: SshSeen::default(),
        runtime: None,
        ready: false,
        created_at: "2026-11-22T10:00:00Z".to_owned(),
        started_at: None,
    }
}

/// The file `deployment` and `providers.runpod` of which are given as YAML, indented by two and four.
pub(crate) fn config(deployment: &str, runpod: &str) -> Config {
    config_for(
        "runpod",
        deployment,
        &format!("    startSsh: true\n{runpod}"),
    )
}

/// The same for any provider.
pub(crate) fn config_for(provider: &str, deployment: &str, block: &str) -> Config {
    let text = format!(
        "version: \"3.0\"\nname: demo\ndeployment:\n  provider: {provider}\n{deployment}extensions:\n  \
         profile: minimal\nproviders:\n  {provider}:\n{block}"
    );
    let source = Source::new("sindri.yaml".to_owned(), text);
    let examined = examine(
        &source,
        Examination {
            path: "/project/sindri.yaml".into(),
            base_dir: "/project".into(),
            provider: None,
            validation: Validation::Strict,
        },
    );
    examined
        .config
        .unwrap_or_else(|| panic!("{:?}", examined.findings))
}

/// A file that asks for exactly [`pod`].
pub(crate) fn config_of_pod() -> Config {
    config(
        "  image: ghcr.io/org/app:1\n",
        "    gpuType: NVIDIA L4\n    volumeSizeGb: 20\n    containerDiskGb: 50\n",
    )
}

/// The variables that such a pod has.
pub(crate) fn env_of(config: &Config) -> Variables {
    config
        .environment
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect()
}
