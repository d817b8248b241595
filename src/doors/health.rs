//! Is the server there? For load balancers and service managers.

use actix_web::{HttpResponse, web};

use super::syncml::Door;

/// Puts the door on its paths.
pub(super) fn open(app: &mut web::ServiceConfig) {
    app.route("/healthz", web::get().to(healthy))
        .route("/readyz", web::get().to(ready));
}

/// The process answers.
async fn healthy() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database answers, too.
async fn ready(door: web::Data<Door>) -> HttpResponse {
    let store = door.host.store().clone();
    match web::block(move || store.ping()).await {
        Ok(Ok(())) => HttpResponse::Ok()
            .content_type("text/plain")
            .body("ready\n"),
        Ok(Err(_)) | Err(_) => super::syncml::unavailable(),
    }
}
