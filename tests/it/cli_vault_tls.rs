//! Vault behind a certificate of a private authority.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tests::{Cloud, Context};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::cli_context::cloud_and_context;

/// A server on loopback that says it is a Vault that is sealed, and the certificate of its authority.
fn serve(cloud: &Cloud) -> (String, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let chain = vec![CertificateDer::from(own.der().to_vec())];
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = cloud
        .runtime()
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    cloud.runtime().spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust the certificate goes away here.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 4096];
                drop(stream.read(&mut request).await);
                let body = r#"{"initialized":true,"sealed":true}"#;
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        }
    });
    (format!("https://{address}"), authority.pem())
}

fn test_vault(context: &Context) -> (i32, String) {
    let run = context.run("secrets test-vault");
    (run.code, run.stdout)
}

#[test]
fn a_private_certificate_is_refused_unless_its_authority_is_given_or_checks_are_switched_off() {
    let (cloud, mut context) = cloud_and_context();
    let (address, authority) = serve(&cloud);
    context
        .set("VAULT_ADDR", &address)
        .file("ca.pem", &authority);

    let (code, said) = test_vault(&context);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("certificate") && said.contains("VAULT_CACERT"),
        "{said}"
    );

    context.set("VAULT_CACERT", "ca.pem");
    let (code, said) = test_vault(&context);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("Vault is sealed"), "{said}");

    let (_, another) = serve(&cloud);
    context.file("ca.pem", &another);
    assert_eq!(test_vault(&context).0, 4);

    context.set("VAULT_SKIP_VERIFY", "true");
    let run = context.run("secrets test-vault").expect(3);
    assert!(
        run.stderr.contains("VAULT_SKIP_VERIFY is on"),
        "{}",
        run.stderr
    );
}
