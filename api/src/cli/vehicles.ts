import { command, json, print, type WithApi } from './command.ts';
import { allPages, Vehicle, vehicleIdOf } from './pages.ts';
import { backCommand, layUpCommand, vehicleImportCommand } from './vehicle-import.ts';

/** `yes` and `no` as the API has them; anything else goes there as it was typed, and is refused by name. */
function yesOrNo(text: string): boolean | string {
  return text === 'yes' ? true : text === 'no' ? false : text;
}

/** Trucks: add, import, lay up, back, list. */
export function vehicleCommand(withApi: WithApi) {
  return command({
    meta: { name: 'vehicle', description: 'Trucks: add, import, lay-up, back, list' },
    subCommands: {
      add: command({
        meta: { description: 'Enter a truck' },
        args: {
          vin: { type: 'string', description: '17 letters and digits', required: true },
          plate: { type: 'string', description: 'Number plate', required: true },
          stage: { type: 'string', description: 'Emission stage: IV, V or VI', required: true },
          power: { type: 'string', description: 'Rated power, kW', required: true },
          torque: { type: 'string', description: 'Reference torque, N·m' },
          'fuel-tank': { type: 'string', description: 'Fuel tank, L' },
          'urea-tank': { type: 'string', description: 'Urea tank, L' },
          scr: { type: 'string', description: 'Built with SCR: yes or no; absent: found from the signals' },
          dpf: { type: 'string', description: 'Built with a wall-flow filter: yes or no' },
          'engine-model': { type: 'string', description: 'Engine model, by which trucks are compared' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const parameters = {
              stage: args.stage,
              ratedPowerKw: Number(args.power),
              ...(args.torque === undefined ? {} : { referenceTorqueNm: Number(args.torque) }),
              ...(args['fuel-tank'] === undefined ? {} : { fuelTankL: Number(args['fuel-tank']) }),
              ...(args['urea-tank'] === undefined ? {} : { ureaTankL: Number(args['urea-tank']) }),
              ...(args.scr === undefined ? {} : { hasScr: yesOrNo(args.scr) }),
              ...(args.dpf === undefined ? {} : { hasDpf: yesOrNo(args.dpf) }),
              ...(args['engine-model'] === undefined ? {} : { engineModel: args['engine-model'] }),
            };
            print(
              await call('POST', '/api/v1/vehicles', { vin: args.vin, plate: args.plate, parameters }),
              args.json,
              `truck ${args.plate} is entered`,
            );
          }),
      }),
      import: vehicleImportCommand(withApi),
      'lay-up': layUpCommand(withApi, vehicleIdOf),
      back: backCommand(withApi, vehicleIdOf),
      list: command({
        meta: { description: 'All trucks and the state of their link' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const rows = await allPages(call, '/api/v1/vehicles', 'vehicles', Vehicle);
            print(rows, args.json, rows.map((row) => [row.vin, row.plate, row.state].join('  ')).join('\n') || 'no trucks yet');
          }),
      }),
    },
  });
}
