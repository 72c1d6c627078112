/** All keys, on `?`. */

import { useWords } from "../language";
import { Drawer } from "../parts/layer";
import { usePlaces } from "../shell";

export function KeyList({ close }: { close: () => void }) {
  const words = useWords();
  const places = usePlaces();
  const groups: [string, [string, string][]][] = [
    [
      words.keys.everywhere,
      [
        ["/", words.keys.search],
        ["?", words.keys.help],
        ...places.map(({ key, name }): [string, string] => [
          `G ${key.toUpperCase()}`,
          words.keys.go(name(words)),
        ]),
        ["J K", words.keys.step],
        ["Esc", words.keys.close],
      ],
    ],
    [
      words.keys.version,
      [
        ["C", words.keys.compare],
        ["E", words.keys.export],
        ["L", words.keys.list],
      ],
    ],
    [
      words.keys.documents,
      [
        ["1 2 3", words.keys.views],
        ["N", words.keys.edit],
        ["U", words.keys.undo],
        ["M", words.keys.mark],
        ["W", words.keys.whatIf],
        ["/", words.keys.find],
      ],
    ],
    [
      words.keys.annotate,
      [
        ["1–5", words.keys.choose],
        ["↑ ↓", words.keys.row],
        ["Q–T", words.keys.score],
        ["D", words.keys.differences],
        ["G", words.keys.guideline],
        ["X", words.keys.broken],
        ["⌫", words.keys.skip],
        ["↵", words.keys.submit],
      ],
    ],
  ];
  return (
    <Drawer title={words.keys.title} onClose={close}>
      {groups.map(([title, keys]) => (
        <section key={title}>
          <h3>{title}</h3>
          <table>
            <tbody>
              {keys.map(([key, said]) => (
                <tr key={key}>
                  <td className="nowrap">
                    {key.split(" ").map((part) => (
                      <kbd key={part}>{part}</kbd>
                    ))}
                  </td>
                  <td>{said}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </Drawer>
  );
}
