export const detachText = 'stay up when the npm or npx that started it ends'
