import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.*;

/** A TLS server of the JDK that completes handshakes and says nothing else: JsseServer PORT KEYSTORE. */
public class JsseServer {
  public static void main(String[] args) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(args[1])) { store.load(in, "lablab".toCharArray()); }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "lablab".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(args[0]));
    while (true) {
      try (SSLSocket socket = (SSLSocket) listener.accept()) { socket.startHandshake(); } catch (java.io.IOException e) { System.out.println(e); }
    }
  }
}
