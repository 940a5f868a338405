//! Streams over TLS and through proxies: as the client's calls go.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_server::Server;
use futures::future::join;
use northflank_sdk::RetryPolicy;
use northflank_sdk::stream::StreamError;
use rcgen::{CertificateParams, KeyPair};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A port that takes TLS off and leads to the server. Gives its certificate, too.
async fn tls_in_front_of(server: &Server) -> (String, reqwest::Certificate) {
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let own = own.self_signed(&key).unwrap();
    let trusted = reqwest::Certificate::from_der(own.der()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let chain = vec![CertificateDer::from(own.der().to_vec())];
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    // Whoever takes the first of these has no streams.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let behind = server.host().to_owned();
    tokio::spawn(async move {
        while let Ok((link, _)) = listener.accept().await {
            // A client that does not trust the certificate goes away here.
            if let Ok(mut link) = acceptor.accept(link).await {
                let mut inner = TcpStream::connect(&behind).await.unwrap();
                tokio::spawn(async move { copy_bidirectional(&mut link, &mut inner).await });
            }
        }
    });
    (origin, trusted)
}

/// An HTTP proxy that makes tunnels, and how many it made.
async fn proxy() -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    tokio::spawn(async move {
        while let Ok((mut link, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(link.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            let target = head.strip_prefix("CONNECT ").unwrap();
            let target = target.split(' ').next().unwrap().to_owned();
            count.fetch_add(1, Ordering::SeqCst);
            let mut inner = TcpStream::connect(target).await.unwrap();
            link.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut link, &mut inner).await });
        }
    });
    (address, made)
}

#[tokio::test]
async fn a_stream_trusts_whom_the_calls_trust_and_goes_through_their_proxy() {
    let server = Server::start().await;
    let (origin, trusted) = tls_in_front_of(&server).await;
    let (proxy, tunnels) = proxy().await;
    let client = server
        .builder()
        .base_url(&origin)
        .configure_http(move |http| {
            let proxy = reqwest::Proxy::all(&proxy).unwrap();
            http.proxy(proxy).tls_certs_only([trusted.clone()])
        })
        .build()
        .unwrap();
    let serve = async { server.accepted().await.0.complete(7).await };
    let run = client.services().exec("p", "s", ["id"]).run();
    assert_eq!(join(serve, run).await.1.unwrap().exit.code(), Some(7));
    assert_eq!(tunnels.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stream_to_whom_nobody_trusts_is_not_opened_and_says_why() {
    let server = Server::start().await;
    let (origin, _) = tls_in_front_of(&server).await;
    let builder = server.builder().base_url(&origin);
    let client = builder
        .retry(RetryPolicy::never())
        .configure_http(reqwest::ClientBuilder::no_proxy)
        .build()
        .unwrap();
    let error = client.services().exec("p", "s", ["id"]).run().await;
    let error = error.unwrap_err();
    assert!(matches!(error, StreamError::Connect { .. }), "{error:?}");
    assert!(format!("{error:?}").contains("ertificate"), "{error:?}");
    assert!(server.is_left_alone_for(50).await);
}

#[tokio::test]
async fn an_http_client_that_is_given_opens_the_streams() {
    let server = Server::start().await;
    let (origin, trusted) = tls_in_front_of(&server).await;
    let given = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted])
        .http1_only()
        .build()
        .unwrap();
    let client = server.builder().base_url(&origin).http_client(given);
    let client = client.build().unwrap();
    let serve = async { server.accepted().await.0.complete(0).await };
    let run = client.services().exec("p", "s", ["id"]).run();
    join(serve, run).await.1.unwrap();
}
