import io.grpc.*;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A grpc-java client: GrpcClient HOST PORT [keepaliveMs=N] [idle=1] [tls=CA] -- STEP...  (steps as in ../node/steps.mjs).
 * grpc-java raises a shorter keepalive interval to 10 s.
 */
public class GrpcClient {
  static final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  static final MethodDescriptor.Marshaller<byte[]> RAW = new MethodDescriptor.Marshaller<>() {
    public InputStream stream(byte[] value) { return new ByteArrayInputStream(value); }
    public byte[] parse(InputStream in) {
      try { return in.readAllBytes(); } catch (java.io.IOException e) { throw new RuntimeException(e); }
    }
  };

  static int number(String text, String name, int otherwise) {
    Matcher m = Pattern.compile("\\b" + name + "=(\\d+)").matcher(text);
    return m.find() ? Integer.parseInt(m.group(1)) : otherwise;
  }

  static byte[] stringValue(String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[body.length + 2];
    out[0] = 0x0a;
    out[1] = (byte) body.length; // requests stay below 128 bytes
    System.arraycopy(body, 0, out, 2, body.length);
    return out;
  }

  static CompletableFuture<String> call(Channel channel, String kind, String text) {
    MethodDescriptor.MethodType type = switch (kind) {
      case "stream" -> MethodDescriptor.MethodType.SERVER_STREAMING;
      case "upload" -> MethodDescriptor.MethodType.CLIENT_STREAMING;
      case "bidi" -> MethodDescriptor.MethodType.BIDI_STREAMING;
      default -> MethodDescriptor.MethodType.UNARY;
    };
    String name = kind.substring(0, 1).toUpperCase() + kind.substring(1);
    MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type).setFullMethodName("lab.Echo/" + name).setRequestMarshaller(RAW).setResponseMarshaller(RAW).build();
    CallOptions options = CallOptions.DEFAULT;
    int deadline = number(text, "deadline", 0);
    if (deadline > 0) options = options.withDeadlineAfter(deadline, TimeUnit.MILLISECONDS);
    ClientCall<byte[], byte[]> call = channel.newCall(method, options);
    CompletableFuture<String> done = new CompletableFuture<>();
    call.start(new ClientCall.Listener<>() {
      int received;
      public void onMessage(byte[] message) { received += message.length; call.request(1); }
      public void onClose(Status status, Metadata trailers) {
        done.complete(status.isOk() ? "OK " + received + " bytes" : status.getCode() + " " + status.getDescription());
      }
    }, new Metadata());
    call.request(2);
    int left = type.clientSendsOneMessage() ? 1 : number(text, "count", 1);
    send(call, stringValue(text), left, number(text, "gap", 5));
    int cancel = number(text, "cancel", 0);
    if (cancel > 0) timer.schedule(() -> call.cancel("as the step asked", null), cancel, TimeUnit.MILLISECONDS);
    return done;
  }

  static void send(ClientCall<byte[], byte[]> call, byte[] message, int left, int gapMs) {
    call.sendMessage(message);
    if (left <= 1) call.halfClose();
    else timer.schedule(() -> send(call, message, left - 1, gapMs), gapMs, TimeUnit.MILLISECONDS);
  }

  public static void main(String[] args) throws Exception {
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(args[0], Integer.parseInt(args[1])).usePlaintext();
    int i = 2;
    for (; !args[i].equals("--"); i++) {
      if (args[i].startsWith("keepaliveMs")) builder.keepAliveTime(number(args[i], "keepaliveMs", 0), TimeUnit.MILLISECONDS);
      if (args[i].startsWith("tls=")) builder.useTransportSecurity().sslContext(
          io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts.forClient().trustManager(new java.io.File(args[i].substring(4))).build());
      if (args[i].equals("idle=1")) builder.keepAliveWithoutCalls(true);
    }
    ManagedChannel channel = builder.build();
    List<CompletableFuture<String>> background = new ArrayList<>();
    for (i++; i < args.length; i++) {
      Matcher step = Pattern.compile("(?:(\\d+)\\*)?(&?)(\\w+)(?::(.*))?").matcher(args[i]);
      step.matches();
      String kind = step.group(3);
      String text = step.group(4) == null ? "" : step.group(4);
      List<CompletableFuture<String>> calls = new ArrayList<>();
      if (kind.equals("wait")) Thread.sleep(Long.parseLong(text));
      else if (kind.equals("all")) for (CompletableFuture<String> done : background) done.join();
      else for (int n = step.group(1) == null ? 1 : Integer.parseInt(step.group(1)); n > 0; n--) calls.add(call(channel, kind, text));
      String shown = args[i];
      for (CompletableFuture<String> done : calls) {
        CompletableFuture<String> told = done.thenApply(o -> { System.out.println(shown + " -> " + o); return o; });
        if (step.group(2).isEmpty()) told.join(); else background.add(told);
      }
    }
    for (CompletableFuture<String> done : background) done.join();
    channel.shutdown().awaitTermination(2, TimeUnit.SECONDS);
    System.exit(0);
  }
}
