import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.*;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.*;
import java.util.concurrent.TimeUnit;

/**
 * A Netty HTTP/2 server that answers /wait/MS late without asking whether the stream still lives:
 * NettyLateWrite PORT void|normal, the kind of promise its writes use.
 */
public class NettyLateWrite {
  static class Answering extends Http2ConnectionHandler {
    Answering(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) { super(decoder, encoder, settings); }
  }

  static class Builder extends AbstractHttp2ConnectionHandlerBuilder<Answering, Builder> {
    final boolean voidPromise;
    Builder(boolean voidPromise) { this.voidPromise = voidPromise; }
    public Answering build() { return super.build(); }

    protected Answering build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      Answering handler = new Answering(decoder, encoder, settings);
      frameListener(new Http2FrameAdapter() {
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int dependency, short weight,
            boolean exclusive, int padding, boolean end) {
          String path = headers.path().toString();
          long waitMs = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
          ctx.executor().schedule(() -> {
            ChannelPromise promise = voidPromise ? ctx.voidPromise() : ctx.newPromise();
            encoder.writeHeaders(ctx, id, new DefaultHttp2Headers().status("200"), 0, false, promise);
            if (connection().stream(id) != null)
              encoder.writeData(ctx, id, Unpooled.copiedBuffer("done".getBytes()), 0, true, ctx.newPromise());
            handler.flush(ctx); // the handler's own flush also lets flow control write
          }, waitMs, TimeUnit.MILLISECONDS);
        }
      });
      return handler;
    }
    protected Http2Connection connection() { return super.connection(); }
    Builder ready() { connection(new DefaultHttp2Connection(true)); return this; }
  }

  public static void main(String[] args) throws Exception {
    boolean voidPromise = args[1].equals("void");
    new ServerBootstrap().group(new NioEventLoopGroup(1)).channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          protected void initChannel(SocketChannel channel) { channel.pipeline().addLast(new Builder(voidPromise).ready().build()); }
        }).bind("127.0.0.1", Integer.parseInt(args[0])).sync();
  }
}
