//! Reads of the catalog.

use serde_json::{Value, json};

use crate::cloud::Cloud;

const STOCK: &str = "include=AVAILABILITY&product=POD";

async fn ids(cloud: &Cloud, path: &str, list: &str) -> Vec<String> {
    let rows = cloud.get(path).await.expect(200).json[list].take();
    let rows = rows.as_array().into_iter().flatten();
    rows.filter_map(|row| row["id"].as_str())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn gpus_come_with_memory_and_price_and_stock_only_when_asked_for() {
    let cloud = Cloud::start().await;
    let row = cloud
        .get("/v2/catalog/gpus/NVIDIA%20GeForce%20RTX%204090")
        .await
        .expect(200)
        .json;
    assert_eq!(
        row,
        json!({
            "id": "NVIDIA GeForce RTX 4090",
            "name": "RTX 4090",
            "pool": "ADA_24",
            "manufacturer": "NVIDIA",
            "memory": 24,
            "secure": true,
            "community": true,
            "price": { "secure": 0.44, "community": 0.34, "serverless": 1.12 },
            "maxCount": { "secure": 8, "community": 8 },
        })
    );
    assert!(ids(&cloud, "/v2/catalog/gpus", "gpus").await.len() > 40);
    cloud
        .get("/v2/catalog/gpus/RTX%204090")
        .await
        .refused(404, "`RTX 4090`");
}

#[tokio::test]
async fn stock_follows_the_count_the_cloud_and_the_pods() {
    let cloud = Cloud::start().await;
    let read = async |query: &str| {
        let path = format!("/v2/catalog/gpus/NVIDIA%20L4?{STOCK}{query}");
        let row = cloud.get(&path).await.expect(200).json;
        let places = row["dataCenters"].as_array().map_or(0, Vec::len);
        format!("{} in {places}", row["availability"].as_str().unwrap())
    };
    assert_eq!(read("").await, "HIGH in 5");
    assert_eq!(read("&count=8").await, "MEDIUM in 4");
    assert_eq!(read("&count=32").await, "LOW in 1");
    assert_eq!(read("&count=33").await, "NONE in 0");
    assert_eq!(read("&cloud=COMMUNITY").await, "MEDIUM in 1");
    assert_eq!(read("&countryCodes=US,AU").await, "HIGH in 3");
    assert_eq!(read("&countryCodes=FR").await, "NONE in 0");
    assert_eq!(read("&minCudaVersion=13").await, "MEDIUM in 1");
    assert_eq!(read("&cudaVersions=12.4").await, "NONE in 0");
    let pod = json!({ "gpu": { "id": "NVIDIA L4", "count": 6 }, "dataCenterIds": ["OC-AU-1"] });
    cloud.pod(pod).await;
    assert_eq!(read("").await, "HIGH in 4", "the pod took all of OC-AU-1");
}

#[tokio::test]
async fn cuda_versions_are_told_for_nvidia_only() {
    let cloud = Cloud::start().await;
    let versions = async |id: &str| {
        let row = cloud
            .get(&format!("/v2/catalog/gpus/{id}?{STOCK}"))
            .await
            .expect(200)
            .json;
        row.get("cudaVersions").cloned()
    };
    assert_eq!(
        versions("NVIDIA%20L4").await,
        Some(json!([
            { "version": "12.8", "available": true },
            { "version": "13.0", "available": true },
        ]))
    );
    assert_eq!(versions("AMD%20Instinct%20MI300X%20OAM").await, None);
}

#[tokio::test]
async fn countries_narrow_the_list() {
    let cloud = Cloud::start().await;
    let path = format!("/v2/catalog/gpus?{STOCK}&countryCodes=AU");
    assert_eq!(ids(&cloud, &path, "gpus").await, ["NVIDIA L4"]);
}

#[tokio::test]
async fn stock_needs_both_of_its_keys() {
    let cloud = Cloud::start().await;
    for list in ["gpus", "cpus"] {
        let path = |query: &str| format!("/v2/catalog/{list}?{query}");
        cloud
            .get(&path("include=AVAILABILITY"))
            .await
            .refused(400, "needs `product`");
        cloud
            .get(&path("product=POD"))
            .await
            .refused(400, "needs `include`");
        cloud
            .get(&path("include=EVERYTHING&product=POD"))
            .await
            .refused(422, "query.include[0]");
        cloud.get(&path(STOCK)).await.expect(200);
        cloud
            .get(&path("include=AVAILABILITY&product=POD%2CSERVERLESS"))
            .await
            .expect(200);
    }
    for narrowing in [
        "count=1",
        "cloud=SECURE",
        "countryCodes=US",
        "cudaVersions=12.8",
        "minCudaVersion=12",
    ] {
        let answer = cloud.get(&format!("/v2/catalog/gpus?{narrowing}")).await;
        answer.refused(400, "needs `include` and `product`");
    }
    let both = format!("/v2/catalog/gpus?{STOCK}&cudaVersions=12.8&minCudaVersion=12");
    cloud.get(&both).await.refused(400, "only one of");
}

#[tokio::test]
async fn malformed_values_are_told_with_422() {
    let cloud = Cloud::start().await;
    for (query, expected) in [
        ("count=many", "query.count: value must be of type integer"),
        ("count=0", "query.count: value must be at least 1"),
        (
            "cloud=ALL",
            "query.cloud: value must be one of SECURE, COMMUNITY",
        ),
        ("countryCodes=us", "query.countryCodes[0]"),
        ("cudaVersions=12", "query.cudaVersions[0]"),
        ("minCudaVersion=new", "query.minCudaVersion"),
        (
            "product=HOUSE",
            "query.product[0]: value must be one of POD, CLUSTER, SERVERLESS",
        ),
    ] {
        let path = format!("/v2/catalog/gpus?{STOCK}&{query}");
        let path = if query.starts_with("product") {
            format!("/v2/catalog/gpus?{query}")
        } else {
            path
        };
        cloud.get(&path).await.refused(422, expected);
    }
}

#[tokio::test]
async fn cpus_come_with_price_memory_and_stock() {
    let cloud = Cloud::start().await;
    let row = cloud.get("/v2/catalog/cpus/cpu3c").await.expect(200).json;
    assert_eq!(row["price"]["securePerVcpu"], 0.03);
    assert_eq!(row["ramGbPerVcpu"], 2);
    assert_eq!(row["vcpu"], json!({ "min": 2, "max": 32 }));
    assert!(row.get("availability").is_none());
    let row = cloud
        .get(&format!("/v2/catalog/cpus/cpu5m?{STOCK}&vcpuCount=16"))
        .await
        .expect(200)
        .json;
    assert_eq!(row["availability"], "LOW");
    assert_eq!(row["dataCenters"][0]["id"], "EUR-IS-1");
    assert_eq!(
        ids(&cloud, "/v2/catalog/cpus?vcpuCount=32", "cpus")
            .await
            .len(),
        5
    );
    cloud
        .get("/v2/catalog/cpus?vcpuCount=6")
        .await
        .refused(400, "power of two");
    cloud
        .get("/v2/catalog/cpus/cpu9z")
        .await
        .refused(404, "`cpu9z`");
}

#[tokio::test]
async fn data_centers_can_be_filtered() {
    let cloud = Cloud::start().await;
    let all = ids(&cloud, "/v2/catalog/datacenters", "dataCenters").await;
    let filtered = async |query: &str| {
        ids(
            &cloud,
            &format!("/v2/catalog/datacenters?{query}"),
            "dataCenters",
        )
        .await
    };
    assert_eq!(
        filtered("regions=ASIA,OCEANIA").await,
        ["AP-JP-1", "OC-AU-1"]
    );
    assert_eq!(filtered("compliance=GDPR,ISO_IEC_27001").await, ["EU-FR-1"]);
    let fast = filtered("networkVolumeTypes=STANDARD,HIGH_PERFORMANCE").await;
    assert!(fast.contains(&"EU-RO-1".to_owned()) && !fast.contains(&"EUR-IS-4".to_owned()));
    let (with, without) = (
        filtered("globalNetwork=true").await,
        filtered("globalNetwork=false").await,
    );
    assert_eq!(with.len() + without.len(), all.len());
    assert!(with.contains(&"US-TX-3".to_owned()));
    cloud
        .get("/v2/catalog/datacenters?regions=MOON")
        .await
        .refused(422, "query.regions[0]");
}

#[tokio::test]
async fn a_data_center_tells_its_stock_when_asked() {
    let cloud = Cloud::start().await;
    let place = cloud
        .get("/v2/catalog/datacenters/OC-AU-1")
        .await
        .expect(200)
        .json;
    assert_eq!(place["networkVolumeTypes"], json!([]));
    assert_eq!(place.get("gpuAvailability"), None);
    let path = "/v2/catalog/datacenters/OC-AU-1?include=GPU_AVAILABILITY,CPU_AVAILABILITY";
    let place = cloud.get(path).await.expect(200).json;
    let gpu = |level: &str| json!([{ "id": "NVIDIA L4", "name": "L4", "availability": level }]);
    assert_eq!(place["gpuAvailability"], gpu("MEDIUM"));
    assert_eq!(place["cpuAvailability"][0]["id"], "cpu3c");
    let six: Value =
        json!({ "gpu": { "id": "NVIDIA L4", "count": 6 }, "dataCenterIds": ["OC-AU-1"] });
    cloud.pod(six).await;
    assert_eq!(
        cloud.get(path).await.expect(200).json["gpuAvailability"],
        gpu("NONE")
    );
    cloud
        .get("/v2/catalog/datacenters/MOON-1")
        .await
        .refused(404, "`MOON-1`");
}
