use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::*;

fn drawn(text: &str) -> String {
    let (source, examined) = run(text);
    let look = Look {
        theme: GraphicalTheme {
            characters: ThemeCharacters::unicode(),
            styles: ThemeStyles::none(),
        },
        width: 100,
    };
    render(&examined.findings, &source, &look)
}

#[test]
fn probe() {
    for text in [
        "version: 3.0\nname: My App\ndeployment:\n  provider: runpd\n  image: ghcr.io/a/b:1\n",
        "version: \"3.0\"\nname: a\nprovider:\n  name: runpod\n  gpu_type: x\n  container_disk_gb: 20\n",
        "version: \"3.0\"\nname: a\ndeployment:\n  provider: runpod\n  image: ghcr.io/a/b:1\n  resources:\n    memory: 16\nproviders:\n  runpod:\n    gpuTyp: NVIDIA L4\n    gpu_count: \"2\"\n    spot: yes\n    ports: [8888, 22/udp]\n    volumeSizeGb: 5\n    containerDiskGb: 50GB\n    gpuType: NVIDIA RTX 4090\n    cloudType: community\n    region: us-tx-3\n    üñknown: 1\n",
    ] {
        eprintln!("{}", drawn(text));
    }
}
