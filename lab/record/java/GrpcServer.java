import io.grpc.*;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A grpc-java server on Netty: GrpcServer PORT [OPTION=NUMBER...], run from source with the jars of one profile.
 * Options: permitTimeMs, permitIdle=1, maxAgeMs, graceMs, maxIdleMs. SIGTERM: shutdown() (graceful).
 * The service is lab.Echo, see ../node/steps.mjs for the request text.
 */
public class GrpcServer {
  static final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);

  static final MethodDescriptor.Marshaller<byte[]> RAW = new MethodDescriptor.Marshaller<>() {
    public InputStream stream(byte[] value) { return new ByteArrayInputStream(value); }
    public byte[] parse(InputStream in) {
      try { return in.readAllBytes(); } catch (java.io.IOException e) { throw new RuntimeException(e); }
    }
  };

  static Map<String, Integer> parameters(byte[] request) {
    Map<String, Integer> values = new HashMap<>();
    Matcher m = Pattern.compile("(\\w+)=(\\d+)").matcher(new String(request, StandardCharsets.ISO_8859_1));
    while (m.find()) values.put(m.group(1), Integer.parseInt(m.group(2)));
    return values;
  }

  static byte[] reply(int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x0a);
    int left = size;
    for (; left > 127; left >>>= 7) out.write(left & 127 | 128);
    out.write(left);
    out.writeBytes("x".repeat(size).getBytes());
    return out.toByteArray();
  }

  /** Answers every message of a call in turn; `single` closes after the first answer or answers only at the end. */
  static ServerMethodDefinition<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
    MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type).setFullMethodName("lab.Echo/" + name).setRequestMarshaller(RAW).setResponseMarshaller(RAW).build();
    boolean collects = name.equals("Upload");
    boolean bidi = name.equals("Bidi");
    ServerCallHandler<byte[], byte[]> handler = (call, headers) -> {
      call.request(1);
      call.sendHeaders(new Metadata());
      return new ServerCall.Listener<byte[]>() {
        Map<String, Integer> values;
        public void onMessage(byte[] message) {
          values = parameters(message);
          call.request(1);
          if (bidi) call.sendMessage(reply(values.getOrDefault("size", 8)));
        }
        public void onHalfClose() {
          if (bidi) { call.close(Status.OK, new Metadata()); return; }
          if (collects) { call.sendMessage(reply(8)); call.close(Status.OK, new Metadata()); return; }
          answer(name.equals("Stream") ? values.getOrDefault("count", 1) : 1);
        }
        void answer(int left) {
          timer.schedule(() -> {
            if (call.isCancelled()) return;
            int status = values.getOrDefault("status", 0);
            if (status != 0) {
              call.close(Status.fromCodeValue(status).withDescription("as the request asked"), new Metadata());
              return;
            }
            call.sendMessage(reply(values.getOrDefault("size", 8)));
            if (left > 1) answer(left - 1); else call.close(Status.OK, new Metadata());
          }, values.getOrDefault("delayMs", 0), TimeUnit.MILLISECONDS);
        }
      };
    };
    return ServerMethodDefinition.create(descriptor, handler);
  }

  public static void main(String[] args) throws Exception {
    NettyServerBuilder builder = NettyServerBuilder.forPort(Integer.parseInt(args[0]));
    for (int i = 1; i < args.length; i++) {
      String[] option = args[i].split("=");
      long value = Long.parseLong(option[1]);
      switch (option[0]) {
        case "permitTimeMs" -> builder.permitKeepAliveTime(value, TimeUnit.MILLISECONDS);
        case "permitIdle" -> builder.permitKeepAliveWithoutCalls(value == 1);
        case "maxAgeMs" -> builder.maxConnectionAge(value, TimeUnit.MILLISECONDS);
        case "graceMs" -> builder.maxConnectionAgeGrace(value, TimeUnit.MILLISECONDS);
        case "maxIdleMs" -> builder.maxConnectionIdle(value, TimeUnit.MILLISECONDS);
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    Server server = builder.addService(ServerServiceDefinition.builder("lab.Echo")
        .addMethod(method("Unary", MethodDescriptor.MethodType.UNARY))
        .addMethod(method("Stream", MethodDescriptor.MethodType.SERVER_STREAMING))
        .addMethod(method("Upload", MethodDescriptor.MethodType.CLIENT_STREAMING))
        .addMethod(method("Bidi", MethodDescriptor.MethodType.BIDI_STREAMING)).build()).build().start();
    sun.misc.Signal.handle(new sun.misc.Signal("TERM"), s -> server.shutdown());
    server.awaitTermination();
    System.exit(0);
  }
}
