import type { Session } from "./session.ts";
import type { Actions } from "./ui/actions.ts";

/** What the parts of a viewer ask for, done to its session; the rest is the element's own. */
export function actionsOn(session: Session, own: Pick<Actions, "work" | "announce">): Actions {
  return {
    ...own,
    select: (selection) => session.act({ do: "select", selection }),
    toggle: (group) => session.act({ do: "toggle", group, open: [...(session.picture?.disclosure.open ?? [])] }),
    openGroups: (groups) => session.act({ do: "open", groups }),
    ask: (question) => session.act({ do: "ask", question }),
    show: (view) => session.act({ do: "show", view }),
    route: (route) => session.act({ do: "route", route }),
    edit: (edits) => session.act({ do: "edit", edits }),
    sift: (gaps) => session.act({ do: "sift", gaps }),
    step: (way) => void session.step(way),
    narrow: (to) => session.act({ do: "narrow", to }),
  };
}
