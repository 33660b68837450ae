package shop;

import org.apache.servicecomb.provider.rest.common.RestSchema;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RequestMapping;

/** A microservice of Java Chassis that does as its callers ask. The settings of both sides are on their command lines. */
@Configuration
@EnableAutoConfiguration
public class Provider {
  public static void main(String[] args) {
    new SpringApplicationBuilder(Provider.class).web(WebApplicationType.NONE).run(args);
  }

  @RestSchema(schemaId = "Orders", schemaInterface = Orders.class)
  @RequestMapping(path = "/orders")
  public static class OrdersService implements Orders {
    @Override
    public String answerAfter(long ms) {
      try {
        Thread.sleep(ms);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return "after " + ms + " ms";
    }
  }
}
