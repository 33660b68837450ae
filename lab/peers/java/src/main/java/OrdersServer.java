import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import lab.orders.v1.Event;
import lab.orders.v1.GetRequest;
import lab.orders.v1.Item;
import lab.orders.v1.Order;
import lab.orders.v1.OrdersGrpc;
import lab.orders.v1.Summary;
import lab.orders.v1.WatchRequest;

/** grpc-java: OrdersServer PORT [CERTIFICATE KEY]. */
public class OrdersServer extends OrdersGrpc.OrdersImplBase {
  static final Metadata.Key<String> TAG = Metadata.Key.of("lab-tag", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> TAG_BIN = Metadata.Key.of("lab-tag-bin", Metadata.BINARY_BYTE_MARSHALLER);

  public static void main(String[] args) throws Exception {
    var builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
        // Handlers may sleep, so each has a thread.
        .executor(Executors.newCachedThreadPool())
        .intercept(new Echo())
        .addService(new OrdersServer());
    if (args.length == 3) builder.sslContext(GrpcSslContexts.forServer(new File(args[1]), new File(args[2])).build());
    builder.build().start().awaitTermination();
  }

  /** lab-tag comes back as a header, lab-tag-bin as a trailer. */
  static class Echo implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata sent, ServerCallHandler<Q, A> next) {
      var echoing = new SimpleForwardingServerCall<Q, A>(call) {
        @Override public void sendHeaders(Metadata headers) {
          if (sent.containsKey(TAG)) headers.put(TAG, sent.get(TAG));
          super.sendHeaders(headers);
        }
        @Override public void close(Status status, Metadata trailers) {
          if (sent.containsKey(TAG_BIN)) trailers.put(TAG_BIN, sent.get(TAG_BIN));
          super.close(status, trailers);
        }
      };
      return Contexts.interceptCall(Context.current(), echoing, sent, next);
    }
  }

  @Override
  public void get(GetRequest request, StreamObserver<Order> answer) {
    if (request.getId().isEmpty()) {
      answer.onError(Status.NOT_FOUND.withDescription("no such order größe ☃").asRuntimeException());
      return;
    }
    answer.onNext(Order.newBuilder().setId(request.getId()).setNote("x".repeat(request.getNoteLetters())).build());
    answer.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Event> answer) {
    var call = (ServerCallStreamObserver<Event>) answer;
    ByteString body = ByteString.copyFrom(new byte[request.getBodyOctets()]);
    for (int number = 0; number < request.getCount(); number++) {
      if (number > 0) pause(request.getPauseMs());
      if (call.isCancelled()) return;
      call.onNext(Event.newBuilder().setNumber(number).setBody(body).build());
    }
    call.onCompleted();
  }

  static void pause(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public StreamObserver<Item> import_(StreamObserver<Summary> answer) {
    return new StreamObserver<>() {
      final Summary.Builder summary = Summary.newBuilder();
      @Override public void onNext(Item item) {
        summary.setCount(summary.getCount() + 1).setSum(summary.getSum() + item.getNumber());
      }
      @Override public void onError(Throwable t) {}
      @Override public void onCompleted() {
        answer.onNext(summary.build());
        answer.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<Item> chat(StreamObserver<Item> answer) {
    return new StreamObserver<>() {
      @Override public void onNext(Item item) { answer.onNext(item); }
      @Override public void onError(Throwable t) {}
      @Override public void onCompleted() { answer.onCompleted(); }
    };
  }
}
