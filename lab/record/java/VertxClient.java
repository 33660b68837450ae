import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Vert.x h2c client with one shared connection: VertxClient PORT [upgrade=1] CALL...
 * CALL is START:WAIT[:TIMEOUT] in milliseconds: when to call, what the server waits, the client's timeout.
 */
public class VertxClient {
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    boolean upgrade = args[1].equals("upgrade=1");
    int port = Integer.parseInt(args[0]);
    HttpClient client = vertx.createHttpClient(new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(upgrade).setHttp2MaxPoolSize(1));
    int first = upgrade ? 2 : 1;
    AtomicInteger left = new AtomicInteger(args.length - first);
    for (int i = first; i < args.length; i++) {
      String[] call = args[i].split(":");
      vertx.setTimer(Math.max(1, Long.parseLong(call[0])), id -> {
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1").setPort(port).setURI("/wait/" + call[1]);
        client.request(options).compose(request -> {
          if (call.length > 2) request.setTimeout(Long.parseLong(call[2]));
          return request.send("{\"value\":1}").compose(HttpClientResponse::body);
        }).onComplete(outcome -> {
          System.out.println(String.join(":", call) + " -> " + (outcome.succeeded() ? outcome.result() : outcome.cause()));
          if (left.decrementAndGet() == 0) vertx.setTimer(300, done -> client.close().onComplete(closed -> System.exit(0)));
        });
      });
    }
  }
}
