import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** grpc-java's interop service on loopback: Server PORT [CERT KEY]. Its own command listens on all interfaces. */
public class Server {
  public static void main(String[] args) throws Exception {
    var builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
        .maxInboundMessageSize(16 * 1024 * 1024)
        .addService(ServerInterceptors.intercept(
            new TestServiceImpl(Executors.newSingleThreadScheduledExecutor()), TestServiceImpl.interceptors()));
    if (args.length == 3) {
      builder.sslContext(GrpcSslContexts.forServer(new File(args[1]), new File(args[2])).build());
    }
    builder.build().start().awaitTermination();
  }
}
