import io.grpc.testing.integration.Http2Client;
import io.grpc.testing.integration.TestServiceClient;
import java.util.ArrayList;
import java.util.List;

/**
 * grpc-java's interop cases: Client [--negative] OPTION... -- CASE..., with the options of its own commands
 * (TestServiceClient, or Http2Client with --negative). Those run one case a process; here they run one after the
 * other, for the JVM's start is most of the time. A case that fails ends the process; each that passes prints a line.
 */
public class Client {
  public static void main(String[] args) throws Exception {
    List<String> options = new ArrayList<>(List.of(args));
    boolean negative = options.remove("--negative");
    int split = options.indexOf("--");
    for (String name : options.subList(split + 1, options.size())) {
      List<String> command = new ArrayList<>(options.subList(0, split));
      command.add("--test_case=" + name);
      String[] arguments = command.toArray(String[]::new);
      if (negative) Http2Client.main(arguments); else TestServiceClient.main(arguments);
      System.out.println("passed " + name);
    }
    System.exit(0);
  }
}
