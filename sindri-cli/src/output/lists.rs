//! Reports of what there is to choose from, as text for people.

use super::human::{Human, usd};
use super::paint::Palette;
use super::report::{
    ConfigReport, CopyReport, ForwardReport, GpuListReport, InitReport, ProvidersReport,
    SchemaReport, ServiceGpuListReport, VolumeChangeReport, VolumeListReport,
};
use super::table::table;
use super::text::Text;

impl Human for GpuListReport {
    fn human(&self, _palette: Palette) -> Text {
        if self.gpus.is_empty() {
            return Text::new("no card fits: ask for less memory, another region, or more money");
        }
        let price = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), usd);
        let rows = self.gpus.iter().map(|gpu| {
            let places: Vec<&str> = gpu.data_centers.iter().map(|at| at.id.as_str()).collect();
            vec![
                gpu.id.clone(),
                gpu.memory_gb.to_string(),
                price(gpu.usd_per_hour_secure),
                price(gpu.usd_per_hour_community),
                gpu.stock.to_owned(),
                places.join(" "),
            ]
        });
        let heading = [
            "GPU",
            "GB",
            "SECURE $/h",
            "COMMUNITY $/h",
            "STOCK",
            "DATA CENTERS",
        ];
        let mut text = table(&heading, rows);
        text.line(format!(
            "prices are for one card; stock of {} for {} at once; the id is what `gpuType` takes",
            self.cloud, self.count
        ));
        text
    }
}

impl Human for ServiceGpuListReport {
    fn human(&self, _palette: Palette) -> Text {
        if self.gpus.is_empty() {
            return Text::new("no card fits: ask for less memory, another region, or more money");
        }
        let rows = self.gpus.iter().map(|gpu| {
            let counts: Vec<String> = gpu.counts.iter().map(ToString::to_string).collect();
            vec![
                gpu.id.clone(),
                gpu.name.clone(),
                gpu.memory_gb
                    .map_or_else(|| "?".to_owned(), |gb| gb.to_string()),
                usd(gpu.usd_per_hour),
                counts.join(" "),
                gpu.regions.join(" "),
            ]
        });
        let mut text = table(&["GPU", "NAME", "GB", "$/h", "COUNTS", "REGIONS"], rows);
        text.line(
            "prices are for one card, without its compute plan; the id is what `gpuType` takes",
        );
        text
    }
}

impl Human for ForwardReport {
    fn human(&self, _palette: Palette) -> Text {
        let mut text = Text::default();
        for port in &self.ports {
            text.line(format!("{} -> {}:{}", port.local, self.name, port.remote));
        }
        text
    }
}

impl Human for CopyReport {
    fn human(&self, _palette: Palette) -> Text {
        let count = match (self.files, self.bytes) {
            (Some(1), Some(bytes)) => format!(": 1 file, {bytes} bytes"),
            (Some(files), Some(bytes)) => format!(": {files} files, {bytes} bytes"),
            (None, _) | (_, None) => String::new(),
        };
        Text::new(format!("copied {} to {}{count}", self.from, self.to))
    }
}

impl Human for InitReport {
    fn human(&self, _palette: Palette) -> Text {
        let mut text = Text::new(format!(
            "wrote {} for {} on {}, and the schema for editors to {}",
            self.file, self.name, self.provider, self.schema
        ));
        text.line("next: `sindri plan --sandbox` shows what it would be; nothing is billed there");
        text
    }
}

impl Human for ConfigReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(self.yaml.trim_end())
    }
}

impl Human for SchemaReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(format!("{:#}", self.schema))
    }
}

impl Human for ProvidersReport {
    fn human(&self, _palette: Palette) -> Text {
        let rows = self.providers.iter().map(|row| {
            let gpu = if row.gpu { "yes" } else { "no" };
            [row.name, gpu, row.deploys, row.description]
                .map(str::to_owned)
                .to_vec()
        });
        table(
            &["PROVIDER", "GPU", "DEPLOYED FROM HERE", "WHAT IT IS"],
            rows,
        )
    }
}

impl Human for VolumeListReport {
    fn human(&self, _palette: Palette) -> Text {
        if self.volumes.is_empty() {
            return Text::new("there are no network volumes");
        }
        let unknown = || "?".to_owned();
        let rows = self.volumes.iter().map(|volume| {
            vec![
                volume.id.clone(),
                volume.name.clone(),
                volume.size_gb.map_or_else(unknown, |gb| gb.to_string()),
                volume.data_center.clone(),
                volume
                    .usd_per_month
                    .map_or_else(unknown, |usd| format!("${usd:.2}")),
                volume.deployment.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        });
        let heading = ["ID", "NAME", "GB", "DATA CENTER", "$/MONTH", "DEPLOYMENT"];
        let mut text = table(&heading, rows);
        text.line("prices are list rates of standard storage; a volume bills until it is deleted");
        text
    }
}

impl Human for VolumeChangeReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(&self.message)
    }
}
