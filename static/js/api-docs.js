// The page of the API's description. The session's CSRF token goes along, so that calls can be tried.
"use strict";

const place = document.getElementById("api-docs");

function csrfToken() {
  const found = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const token = csrfToken();
    if (token) request.headers["X-CSRFToken"] = token;
    return request;
  },
});
