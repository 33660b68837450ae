import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;

/**
 * A Vert.x h2c server that answers late: VertxServer PORT bare|closed|handler. The path /wait/MS says after how long.
 * bare: end() whatever happened to the stream; closed: asks response.closed() first; handler: end(buffer, handler).
 */
public class VertxServer {
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(args[0])))
        .requestHandler(request -> {
          String[] parts = request.path().split("/");
          vertx.setTimer(Math.max(1, Long.parseLong(parts[parts.length - 1])), id -> answer(request.response(), args[1]));
        })
        .exceptionHandler(error -> System.out.println("server: " + error))
        .listen().onFailure(error -> { System.out.println(error); System.exit(1); });
  }

  static void answer(HttpServerResponse response, String manner) {
    if (manner.equals("closed") && response.closed()) return;
    response.putHeader("content-type", "application/json");
    Buffer body = Buffer.buffer("{\"done\":true}");
    if (manner.equals("handler")) response.end(body, outcome -> System.out.println("end: " + outcome.succeeded()));
    else response.end(body);
  }
}
