//! The server as a program: `cargo xtask api`.

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use sandbox_backend::{Backend, BackendOptions};
use sandbox_server::{NativeHost, Options, serve};
use sandbox_store::MemoryStore;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", Options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let cloud = BackendOptions::from_json(&options.cloud.into())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await;
    let listener = listener.map_err(|error| format!("Port {} of localhost: {error}.", options.port))?;
    let backend = Backend::open(cloud, Arc::new(MemoryStore::new()), Arc::new(NativeHost::new())).await?;
    // The one line that programs read: the address to send requests to.
    println!("http://{}/api/v1", listener.local_addr()?);
    serve(listener, backend, interrupted()).await?;
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
