import { integer } from '../validation.js'
import { setting } from './setting.js'

/** How long the server takes to stop. */
export const STOP_SETTINGS = {
  stopPauseS: setting(
    integer(0, 3600).default(1),
    'seconds',
    'time from SIGTERM until no connection is accepted any more, for others to see that it is not ready',
  ),
  stopDeadlineS: setting(
    integer(0, 86_400).default(6),
    'seconds',
    'time after that pause in which requests are finished; then they get 503',
  ),
}
