package shop;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The service, as both sides know it. */
@RequestMapping(path = "/orders")
public interface Orders {
  /** Answers after so many milliseconds. */
  @GetMapping(path = "/wait")
  String answerAfter(@RequestParam(name = "ms") long ms);
}
