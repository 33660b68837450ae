import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import lab.orders.v1.Event;
import lab.orders.v1.GetRequest;
import lab.orders.v1.Item;
import lab.orders.v1.Order;
import lab.orders.v1.OrdersGrpc;
import lab.orders.v1.Summary;
import lab.orders.v1.WatchRequest;

/** grpc-java: OrdersClient HOST:PORT CA|- STEP... */
public class OrdersClient {
  // The numbers of the steps, see ../proto/orders.proto.
  static final int NOTE_LETTERS = 300_000;
  static final int EVENTS = 100;
  static final ByteString BODY = ByteString.copyFrom(new byte[5_000]);
  static final int ROUNDS = 20;
  static final int PAUSE_MS = 50;
  static final int DEADLINE_MS = 1_000;
  static final int LIMIT_S = 20;
  static final byte[] TAG_BIN = {0, (byte) 0xff, (byte) 0xab};

  public static void main(String[] args) throws Exception {
    var credentials = args[1].equals("-")
        ? InsecureChannelCredentials.create()
        : TlsChannelCredentials.newBuilder().trustManager(new File(args[1])).build();
    ManagedChannel channel = NettyChannelBuilder.forTarget(args[0], credentials).build();
    var client = new OrdersClient(channel);
    int failed = 0;
    for (String name : Arrays.copyOfRange(args, 2, args.length)) {
      try {
        client.step(name);
        System.out.println(name + " ok");
      } catch (Exception | AssertionError e) {
        failed = 1;
        System.out.println(name + " FAIL " + e);
      }
    }
    channel.shutdown().awaitTermination(2, TimeUnit.SECONDS);
    System.exit(failed);
  }

  final ManagedChannel channel;
  final OrdersGrpc.OrdersBlockingStub orders;
  final OrdersGrpc.OrdersStub async;

  OrdersClient(ManagedChannel channel) {
    this.channel = channel;
    orders = OrdersGrpc.newBlockingStub(channel);
    async = OrdersGrpc.newStub(channel);
  }

  void step(String name) throws Exception {
    switch (name) {
      case "unary" -> unary();
      case "server-streaming" -> {
        var request = WatchRequest.newBuilder().setCount(EVENTS).setBodyOctets(BODY.size()).build();
        expect("outcome", collect(orders.withDeadlineAfter(LIMIT_S, TimeUnit.SECONDS).watch(request), seen -> {}), EVENTS + " OK");
      }
      case "client-streaming" -> clientStreaming();
      case "bidi" -> bidi();
      case "status" -> status();
      case "deadline" -> {
        String outcome = collect(orders.withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS).watch(slow()), seen -> {});
        if (!outcome.matches("[1-9]\\d* DEADLINE_EXCEEDED")) throw new AssertionError(outcome);
      }
      case "cancel" -> {
        Context.CancellableContext context = Context.current().withCancellation();
        String outcome = context.call(() -> collect(orders.watch(slow()), seen -> { if (seen == 2) context.cancel(null); }));
        // On a busy machine the third may be on its way already.
        if (!outcome.matches("([2-9]|\\d\\d) CANCELLED")) throw new AssertionError(outcome);
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  static WatchRequest slow() {
    return WatchRequest.newBuilder().setCount(EVENTS).setPauseMs(PAUSE_MS).build();
  }

  static void expect(String what, Object actual, Object wanted) {
    if (!wanted.equals(actual)) throw new AssertionError(what + " is " + actual + ", not " + wanted);
  }

  /** Reads a stream to its end, or to the error that ends it: how many events, and the status. */
  static String collect(Iterator<Event> events, IntConsumer each) {
    int seen = 0;
    try {
      while (events.hasNext()) {
        expect("number", events.next().getNumber(), seen);
        each.accept(++seen);
      }
      return seen + " OK";
    } catch (StatusRuntimeException e) {
      return seen + " " + e.getStatus().getCode();
    }
  }

  void unary() {
    Metadata sent = new Metadata();
    sent.put(OrdersServer.TAG, "blue");
    sent.put(OrdersServer.TAG_BIN, TAG_BIN);
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    Order order = orders.withDeadlineAfter(LIMIT_S, TimeUnit.SECONDS)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent), MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
        .get(GetRequest.newBuilder().setId("o-1").setNoteLetters(NOTE_LETTERS).build());
    expect("note", order.getNote().length(), NOTE_LETTERS);
    expect("header", headers.get().get(OrdersServer.TAG), "blue");
    expect("trailer", Arrays.toString(trailers.get().get(OrdersServer.TAG_BIN)), Arrays.toString(TAG_BIN));
  }

  void clientStreaming() throws Exception {
    var summary = new CompletableFuture<Summary>();
    StreamObserver<Item> items = async.withDeadlineAfter(LIMIT_S, TimeUnit.SECONDS).import_(new StreamObserver<>() {
      @Override public void onNext(Summary value) { summary.complete(value); }
      @Override public void onError(Throwable t) { summary.completeExceptionally(t); }
      @Override public void onCompleted() {}
    });
    for (int number = 0; number < EVENTS; number++) items.onNext(Item.newBuilder().setNumber(number).setBody(BODY).build());
    items.onCompleted();
    expect("summary", summary.get().getCount() + " " + summary.get().getSum(), "100 4950");
  }

  void bidi() throws Exception {
    var outcome = new CompletableFuture<Integer>();
    var items = new AtomicReference<StreamObserver<Item>>();
    items.set(async.withDeadlineAfter(LIMIT_S, TimeUnit.SECONDS).chat(new StreamObserver<>() {
      int seen = 0;
      @Override public void onNext(Item item) {
        seen++;
        if (seen < ROUNDS) items.get().onNext(item(seen)); else items.get().onCompleted();
      }
      @Override public void onError(Throwable t) { outcome.completeExceptionally(t); }
      @Override public void onCompleted() { outcome.complete(seen); }
    }));
    items.get().onNext(item(0));
    expect("answers", outcome.get(), ROUNDS);
  }

  static Item item(int number) {
    return Item.newBuilder().setNumber(number).setBody(BODY.substring(0, 10)).build();
  }

  void status() {
    try {
      orders.withDeadlineAfter(LIMIT_S, TimeUnit.SECONDS).get(GetRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      expect("status", e.getStatus().getCode(), Status.Code.NOT_FOUND);
      expect("text", e.getStatus().getDescription(), "no such order größe ☃");
      return;
    }
    throw new AssertionError("no status");
  }
}
