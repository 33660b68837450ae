package shop;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.servicecomb.localregistry.RegistryBean;
import org.apache.servicecomb.localregistry.RegistryBean.Instance;
import org.apache.servicecomb.localregistry.RegistryBean.Instances;
import org.apache.servicecomb.provider.pojo.Invoker;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Calls the provider at `lab.provider`, over the one HTTP/2 connection that Java Chassis keeps to an instance. `lab.calls` is a list of
 * START:WAIT in milliseconds: when to call, and how long the provider shall take. Prints a line for each call.
 */
@Configuration
@EnableAutoConfiguration
public class Consumer {
  public static void main(String[] args) throws InterruptedException {
    var context = new SpringApplicationBuilder(Consumer.class).web(WebApplicationType.NONE).run(args);
    Orders orders = Invoker.createProxy("orders", "Orders", Orders.class);
    String[] calls = context.getEnvironment().getRequiredProperty("lab.calls").split(",");
    CountDownLatch left = new CountDownLatch(calls.length);
    for (String call : calls) new Thread(() -> call(orders, call, left)).start();
    left.await();
    System.exit(0);
  }

  static void call(Orders orders, String call, CountDownLatch left) {
    String[] times = call.split(":");
    try {
      Thread.sleep(Long.parseLong(times[0]));
      System.out.println("call " + call + " -> OK " + orders.answerAfter(Long.parseLong(times[1])));
    } catch (Throwable failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) cause = cause.getCause();
      System.out.println("call " + call + " -> " + failure + " caused by " + cause);
    } finally {
      left.countDown();
    }
  }

  /** Where the provider is: no registry runs. */
  @Bean
  RegistryBean provider(@Value("${lab.provider}") String address) {
    return new RegistryBean()
        .addSchemaInterface("Orders", Orders.class)
        .setAppId("lab")
        .setServiceName("orders")
        .setVersion("1.0.0")
        .setInstances(new Instances().setInstances(List.of(new Instance().setEndpoints(List.of("rest://" + address + "?protocol=http2")))));
  }
}
